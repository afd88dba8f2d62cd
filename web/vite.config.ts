import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";
import { friendRoomClient } from "./friend-room-client.vite.ts";
import { serviceWorker } from "./service-worker.vite.ts";

/** The server that `npm run dev` passes requests on to; started with `--allowed-origin http://localhost:5173`. */
const server = process.env.TUTTI_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [svelte(), friendRoomClient(), serviceWorker()],
  build: {
    target: "es2022",
    // The server may be told to build outside this directory, where Vite would otherwise keep old files.
    emptyOutDir: true,
    // The Content-Security-Policy admits files of our own origin only: no data: addresses, nothing inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        entryFileNames: "assets/[name]-[hash].js",
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
  server: {
    proxy: {
      "/api": server,
      "/media": server,
      "/ws": { target: server, ws: true },
      "/socket.io": { target: server, ws: true },
    },
  },
  test: {
    passWithNoTests: true,
    projects: [
      {
        extends: true,
        test: {
          name: "pure",
          environment: "node",
          include: ["src/**/*.test.ts"],
          exclude: ["src/ui/**"],
        },
      },
      {
        extends: true,
        plugins: [svelteTesting()],
        test: {
          name: "ui",
          environment: "happy-dom",
          include: ["src/ui/**/*.test.ts"],
        },
      },
    ],
  },
});
