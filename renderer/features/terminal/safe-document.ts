/**
 * The terminal writes its styles as text into style elements and attributes, which the page's policy forbids. Elements made
 * here put the same styles in through the CSSOM, which it allows.
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

function createElement(document: Document): Document['createElement'] {
  const create = Document.prototype.createElement.bind(document)
  return ((name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = create(name, options)
    return element instanceof HTMLStyleElement ? safeStyle(element, document) : safeAttributes(element)
  }) as Document['createElement']
}

/** Where the terminal keeps the document that it makes its cells of; it has no option for that. */
interface Insides { _core?: { _renderService?: { _renderer?: { value?: { _rowFactory?: { _document: Pick<Document, 'createElement'> } } } } } }

/** Opens a terminal in an element, so that all its styles get by. */
export function openSafely(terminal: { open(parent: HTMLElement): void }, parent: HTMLElement): void {
  const { ownerDocument } = parent
  const safe = createElement(ownerDocument)
  ownerDocument.createElement = safe
  try {
    terminal.open(parent)
  } finally {
    // The document's own again, which it has from its prototype.
    delete (ownerDocument as Partial<Document>).createElement
  }
  const cells = (terminal as Insides)._core?._renderService?._renderer?.value?._rowFactory
  if (cells) cells._document = { createElement: safe }
}
