// Links of the page itself, where the browser's own way with them is not enough.

const HOME = '#/'

/** Makes links to the beginning work at the beginning too, where the browser sees nothing to do. */
export function followLinksHome(open) {
  document.addEventListener('click', (event) => {
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey
    if (elsewhere || location.hash !== HOME || event.target.closest(`a[href="${HOME}"]`) === null) return
    event.preventDefault()
    open()
  })
}
