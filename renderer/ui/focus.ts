/** Where the focus goes when what had it is taken away: not to the top of the window, but to the table, else to the page. */

/** Once what has been closed is gone; a focus that is somewhere stays there. */
export function refocus(): void {
  setTimeout(() => {
    if (document.activeElement !== null && document.activeElement !== document.body) return
    const to = document.querySelector<HTMLElement>('main [role=grid]') ?? document.getElementById('content')
    to?.focus({ preventScroll: true })
  }, 0)
}
