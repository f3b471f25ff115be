// What a page with a writer, or with a place for files, has beside app.js. Served as one file.
import { defineAttaching } from "./attaching.js";
import { defineWriter } from "./writer.js";

defineWriter();
defineAttaching();
