// Search from the disk: a browser starts no worker for a page of file:, so that a frame takes its place.
class FrameWorker extends EventTarget {
  /** @param {string | URL} url script of the worker */
  constructor(url) {
    super();
    const frame = document.createElement("iframe");
    frame.hidden = true;
    document.body.append(frame);
    const inside = /** @type {any} */ (frame.contentWindow);
    inside.IFrameWorker = FrameWorker;
    inside.postMessage = (/** @type {unknown} */ data) =>
      this.dispatchEvent(new MessageEvent("message", { data }));
    const script = inside.document.createElement("script");
    script.src = String(url);
    this.inside = inside;
    this.loaded = new Promise((resolve) => script.addEventListener("load", resolve));
    inside.document.body.append(script);
  }

  /** @param {unknown} data message to the script */
  postMessage(data) {
    this.loaded.then(() => this.inside.dispatchEvent(new MessageEvent("message", { data })));
  }
}

if (location.protocol === "file:") {
  Object.assign(window, { IFrameWorker: FrameWorker, Worker: FrameWorker });
}
