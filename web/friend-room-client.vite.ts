/**
 * Builds `friend-room-client.js`: a script for any page, with its Socket.IO client inside. One file that leaves one name
 * behind, so it is built apart from the client's own modules and put beside them.
 */
import { build, type Plugin, type Rolldown } from "vite";

const ENTRY = new URL("./src/friend-room-client/script.ts", import.meta.url).pathname;
/** Where pages look for it: at the root, and where the earlier system had it. */
const NAMES = ["friend-room-client.js", "static/friend-room-client.js"];

export function friendRoomClient(): Plugin {
  return {
    name: "friend-room-client",
    apply: "build",
    async generateBundle() {
      const built = await build({
        configFile: false,
        logLevel: "warn",
        build: {
          target: "es2022",
          write: false,
          lib: { entry: ENTRY, formats: ["iife"], name: "tuttiFriendRooms" },
        },
      });
      const [bundle] = built as [Rolldown.RolldownOutput];
      const source = bundle.output[0].code;
      for (const fileName of NAMES) this.emitFile({ type: "asset", fileName, source });
    },
  };
}
