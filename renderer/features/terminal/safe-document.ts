/**
 * The terminal writes its styles as text into style elements and attributes, which the page's policy forbids. This document
 * makes elements that put the same styles in through the CSSOM, which it allows.
 */
function safeStyle(element: HTMLStyleElement, document: Document): HTMLStyleElement {
  const sheet = new CSSStyleSheet()
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  Object.defineProperty(element, 'textContent', { get: () => '', set: (text: string) => { sheet.replaceSync(text) } })
  const remove = element.remove.bind(element)
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((s) => s !== sheet)
    remove()
  }
  return element
}

function safeAttributes<T extends HTMLElement>(element: T): T {
  const setAttribute = element.setAttribute.bind(element)
  element.setAttribute = (name, value) => {
    if (name === 'style') element.style.cssText = value
    else setAttribute(name, value)
  }
  return element
}

export function safeDocument(document: Document): Document {
  const createElement = (name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = document.createElement(name, options)
    return element instanceof HTMLStyleElement ? safeStyle(element, document) : safeAttributes(element)
  }
  return new Proxy(document, {
    get(target, key) {
      if (key === 'createElement') return createElement
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  })
}
