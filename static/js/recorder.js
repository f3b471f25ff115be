// A voice note: spoken, heard, and kept or not. Hidden where the browser cannot record.
const ENDINGS = { webm: "webm", mp4: "m4a", ogg: "ogg" };

export class Recorder {
  #chunks = [];

  constructor(host) {
    this.host = host;
    const button = host.querySelector("[data-act=record]");
    if (!globalThis.MediaRecorder || !navigator.mediaDevices) return;
    button.hidden = false;
    this.button = button;
    this.box = host.querySelector(".recorder");
    this.sound = Object.assign(new Audio(), { controls: true, hidden: true });
    this.box.querySelector("output").after(this.sound);
    button.addEventListener("click", () => this.#start());
    this.#act("stop").addEventListener("click", () => this.recorder.stop());
    this.#act("keep").addEventListener("click", () => this.#keep());
    this.#act("discard").addEventListener("click", () => this.#end());
    window.addEventListener("beforeunload", (event) => this.box.hidden || event.preventDefault());
  }

  #act(name) {
    return this.box.querySelector(`[data-act=${name}]`);
  }

  async #start() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      this.host.tell(this.host.dataset.saidDenied);
      return;
    }
    this.host.tell("");
    this.#chunks = [];
    this.recorder = new MediaRecorder(stream);
    this.recorder.ondataavailable = ({ data }) => this.#take(data);
    this.recorder.onstop = () => this.#listen(stream);
    this.recorder.start(1000);
    this.began = Date.now();
    this.#show("recording");
    this.timer = setInterval(() => this.#tick(), 250);
    this.#act("stop").focus();
  }

  #take(data) {
    this.#chunks.push(data);
    const size = this.#chunks.reduce((sum, chunk) => sum + chunk.size, 0);
    if (size > this.host.dataset.most * 0.95) this.recorder.stop();
  }

  #tick() {
    this.seconds = Math.round((Date.now() - this.began) / 1000);
    const [minutes, seconds] = [Math.floor(this.seconds / 60), this.seconds % 60];
    this.box.querySelector("[data-part=time]").textContent = `${minutes}:${String(seconds).padStart(2, "0")}`;
  }

  #listen(stream) {
    for (const track of stream.getTracks()) track.stop();
    clearInterval(this.timer);
    if (this.box.hidden) return;
    this.note = new Blob(this.#chunks, { type: this.recorder.mimeType.split(";")[0] });
    this.sound.src = URL.createObjectURL(this.note);
    this.#show("heard");
    this.#act("keep").focus();
  }

  #keep() {
    const kind = this.note.type.split("/")[1];
    const when = new Date().toLocaleString("sv").slice(0, 16).replace(":", "-");
    const name = `${this.host.dataset.note} ${when}.${ENDINGS[kind] ?? kind}`;
    this.host.add([new File([this.note], name, { type: this.note.type })], { seconds: this.seconds || 1 });
    this.#end();
  }

  #end() {
    this.#show("");
    if (this.recorder.state !== "inactive") this.recorder.stop();
    URL.revokeObjectURL(this.sound.src);
    this.sound.removeAttribute("src");
    this.button.focus();
  }

  #show(state) {
    this.box.hidden = !state;
    this.box.dataset.state = state;
    this.sound.hidden = this.#act("keep").hidden = state !== "heard";
    this.#act("stop").hidden = state !== "recording";
  }
}
