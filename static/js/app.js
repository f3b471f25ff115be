// What every page of somebody who is logged in has. Served as one file (config/staticfiles.py).
import { helpChoosing } from "./choosing.js";
import { Device } from "./device.js";
import { listenForKeys } from "./hotkeys.js";
import { guardLogOut } from "./logout.js";
import { openPalette } from "./palette.js";
import { keepPlace } from "./place.js";
import { getReady } from "./ready.js";
import { helpSliding } from "./sliders.js";

export const device = new Device(document.getElementById("device"));
device.watch();
guardLogOut(device);
helpChoosing(device);
listenForKeys(document.getElementById("keys"));
keepPlace();
openPalette(document.getElementById("palette"));
getReady(device);
helpSliding();
