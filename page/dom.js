export const byId = id => document.getElementById(id)

/** Children are nodes or text, so that text never becomes HTML. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

export const copyOf = templateId => byId(templateId).content.firstElementChild.cloneNode(true)

/** While somebody types, keys are no commands. */
export const isTyping = event => event.target.closest?.("input:not([type=checkbox]), textarea, select") !== null

export const tell = (target, name, detail) => target.dispatchEvent(new CustomEvent(name, { detail }))

export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort)
      resolve()
    }, milliseconds)
    signal?.addEventListener("abort", onAbort, { once: true })
  })
}
