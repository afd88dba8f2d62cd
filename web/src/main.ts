import { mount } from "svelte";
import "./ui/app.css";
import App from "./ui/App.svelte";
import { begin } from "./ui/messages/language.svelte";

const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no #app element");
await begin();
mount(App, { target });

// Not in development, where files change under the page; and nowhere but on secure pages.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  void import("./ui/pwa/start").then(({ start }) => start(navigator.serviceWorker));
}
