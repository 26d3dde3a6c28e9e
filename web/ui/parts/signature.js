const INK = '#1b1f24';
const PEN_WIDTH = 3;

const TEXT = {
  pad: '手写签名区：请用手指、笔或鼠标书写。不能书写的，请选用下方的纸质签名。',
  empty: '尚未签名。',
  signed: '已签名。',
  cleared: '签名已清除，请重新签名。',
};

/**
 * Turns each .yc-signature on the page into a pad to sign on.
 *
 * The server writes the container hidden, with a canvas .yc-signature__pad, a button [data-yc-signature-clear] and, in
 * data-yc-signature, the id of the hidden input that carries the picture (a PNG data: URL, empty when not signed).
 * Without script the container stays hidden and the person signs on paper, which the form offers anyway; so does who
 * uses a keyboard or a screen reader, and the pad says so.
 */
export class SignaturePads {
  /** @param {Document} page */
  constructor(page) {
    this.page = page;
    /** @type {WeakMap<HTMLCanvasElement, SignaturePad>} */
    this.pads = new WeakMap();
  }

  listen() {
    this.enhance();
    // A refresh of the fields writes the container anew: hidden, and with an empty input.
    this.page.addEventListener('htmx:before:swap', () => this.#each((pad) => pad.keep()));
    this.page.addEventListener('htmx:after:swap', () => this.enhance());
    // The back button may restore the hidden input without the drawing.
    window.addEventListener('pageshow', () => this.#each((pad) => pad.restore()));
  }

  /** Make every pad on the page ready; those that are ready get back what was drawn. */
  enhance() {
    for (const container of this.page.querySelectorAll('.yc-signature')) {
      const canvas = container.querySelector('.yc-signature__pad');
      const input = this.page.getElementById(container.dataset.ycSignature);
      if (!this.pads.has(canvas)) {
        this.pads.set(canvas, new SignaturePad(container, canvas));
      }
      this.pads.get(canvas).attach(input);
    }
  }

  #each(act) {
    for (const canvas of this.page.querySelectorAll('.yc-signature__pad')) {
      const pad = this.pads.get(canvas);
      if (pad) {
        act(pad);
      }
    }
  }
}

/** One pad: pointer strokes on a canvas, the picture in a hidden input, the state in words. */
class SignaturePad {
  constructor(container, canvas) {
    this.container = container;
    this.canvas = canvas;
    this.pen = canvas.getContext('2d');
    this.kept = '';
    this.drawing = null;
    this.#listen();
  }

  /** Serve ``input`` from now on, and show the container. */
  attach(input) {
    this.input = input;
    this.status = this.container.querySelector('[role="status"]') ?? this.#addStatus();
    if (!this.input.value && this.kept) {
      this.input.value = this.kept;
    }
    this.container.hidden = false;
    this.canvas.setAttribute('aria-label', TEXT.pad);
    this.restore();
  }

  /** Remember the picture over a swap that writes the input anew. */
  keep() {
    this.kept = this.input.value;
  }

  /** Draw what the input holds. */
  restore() {
    this.#wipe();
    this.#say(this.input.value ? TEXT.signed : TEXT.empty);
    if (!this.input.value) {
      return;
    }
    this.#show(this.input.value);
  }

  /** Draw the picture of a data: URL; decoded here, for the content security policy lets no page load such an URL. */
  async #show(url) {
    const bytes = Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (character) => character.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    this.pen.drawImage(picture, 0, 0);
    picture.close();
  }

  #listen() {
    this.canvas.addEventListener('pointerdown', (event) => this.#begin(event));
    this.canvas.addEventListener('pointermove', (event) => this.#draw(event));
    this.canvas.addEventListener('pointerup', (event) => this.#end(event));
    this.canvas.addEventListener('pointercancel', (event) => this.#end(event));
    // A finger that signs must not scroll the page: style sheets set touch-action, this covers a page without them.
    this.canvas.addEventListener('touchmove', (event) => event.preventDefault(), { passive: false });
    this.container.addEventListener('click', (event) => {
      if (event.target.closest('[data-yc-signature-clear]')) {
        this.#clear();
      }
    });
  }

  #begin(event) {
    if (this.drawing !== null || event.button !== 0) {
      return;
    }
    this.drawing = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    const { x, y } = this.#place(event);
    this.pen.fillStyle = this.pen.strokeStyle = INK;
    this.pen.lineWidth = PEN_WIDTH;
    this.pen.lineCap = this.pen.lineJoin = 'round';
    // A dot written by a tap has no movement, and a line without length leaves no ink; so the first point is a disc.
    this.pen.beginPath();
    this.pen.arc(x, y, PEN_WIDTH / 2, 0, 2 * Math.PI);
    this.pen.fill();
    this.pen.beginPath();
    this.pen.moveTo(x, y);
  }

  #draw(event) {
    if (event.pointerId !== this.drawing) {
      return;
    }
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const { x, y } = this.#place(part);
      this.pen.lineTo(x, y);
    }
    this.pen.stroke();
  }

  #end(event) {
    if (event.pointerId !== this.drawing) {
      return;
    }
    this.drawing = null;
    this.#write(this.canvas.toDataURL('image/png'));
    this.#say(TEXT.signed);
  }

  #clear() {
    this.#wipe();
    this.kept = '';
    this.#write('');
    this.#say(TEXT.cleared);
  }

  #write(picture) {
    this.input.value = picture;
    this.input.dispatchEvent(new Event('change', { bubbles: true }));
  }

  #wipe() {
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  #say(sentence) {
    if (this.status.textContent !== sentence) {
      this.status.textContent = sentence;
    }
  }

  #addStatus() {
    const status = document.createElement('p');
    status.className = 'yc-hint';
    status.setAttribute('role', 'status');
    this.container.append(status);
    return status;
  }

  /** Return where on the drawing the pointer is: the canvas may be shown smaller than it is drawn. */
  #place(event) {
    const box = this.canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) * this.canvas.width) / box.width,
      y: ((event.clientY - box.top) * this.canvas.height) / box.height,
    };
  }
}
