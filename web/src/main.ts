import { mount } from "svelte";
import "./ui/app.css";
import App from "./ui/App.svelte";
import { begin } from "./ui/messages/language.svelte";

const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no #app element");
await begin();
mount(App, { target });
