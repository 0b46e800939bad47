// The document: shows one view at a time, moves the focus, speaks to screen readers. Knows nothing of signing in.

const SITE = 'LoginRocket demo'

export class Page {
  #view = find(document, '#view')
  #notice = find(document, '#notice')
  #progress = find(document, '#progress')
  #left = new AbortController()
  #fresh = true
  #inbox = ''

  /**
   * Replaces the view by a copy of a template, and of those that it includes.
   *
   * `signal` aborts when the next view takes over: timers, listeners and calls of a view end with it.
   */
  show(template) {
    this.#left.abort()
    this.#left = new AbortController()
    this.#view.replaceChildren(copy(template))
    for (const place of this.#view.querySelectorAll('[data-include]')) place.replaceWith(copy(place.dataset.include))
    this.#notice.replaceChildren()
    this.#progress.textContent = ''
    this.#link()
    return { root: this.#view, signal: this.#left.signal }
  }

  /** Names the view once its heading is filled, and lets the keyboard and the screen reader start there. */
  settle() {
    const heading = find(this.#view, 'h1')
    document.title = `${heading.textContent} – ${SITE}`
    heading.tabIndex = -1
    // The browser itself announces a document that has just been opened.
    if (!this.#fresh) heading.focus()
    this.#fresh = false
  }

  /** Tells what happened, above the view, until the next view. */
  notify(text) {
    const line = document.createElement('p')
    line.textContent = text
    this.#notice.replaceChildren(line)
  }

  /** Says what is going on, to screen readers only; the eye has the busy button. */
  announce(text) {
    this.#progress.textContent = text
  }

  /** What the frame around the views shows. */
  describe({ url, version, inbox }) {
    const about = find(document, '#about')
    fill(about, { url, version })
    about.hidden = false
    this.#inbox = inbox
    this.#link()
  }

  #link() {
    for (const link of document.querySelectorAll('[data-link="inbox"]')) {
      link.href = this.#inbox
      link.hidden = this.#inbox === ''
    }
  }
}

function copy(template) {
  return find(document, `template#${template}`).content.cloneNode(true)
}

/** The element that a selector names. A template and its view belong together, so a missing one is a mistake. */
export function find(root, selector) {
  const element = root.querySelector(selector)
  if (element === null) throw new Error(`the page has no ${selector}`)
  return element
}

/** Writes texts into the slots of a view. */
export function fill(root, texts) {
  for (const [slot, text] of Object.entries(texts)) {
    find(root, `[data-slot="${slot}"]`).textContent = text
  }
}
