const MOST = 20

/** The latest few values, by key. They outlive a reload, and end with the tab. */
export class Kept {
  #name

  constructor(name) {
    this.#name = name
  }

  get(key) {
    return this.#all[key]
  }

  /** An undefined value is forgotten. */
  set(key, value) {
    const { [key]: _, ...others } = this.#all
    const entries = Object.entries(others).concat(value === undefined ? [] : [[key, value]])
    sessionStorage.setItem(this.#name, JSON.stringify(Object.fromEntries(entries.slice(-MOST))))
    return value
  }

  clear() {
    sessionStorage.removeItem(this.#name)
  }

  get #all() {
    return JSON.parse(sessionStorage.getItem(this.#name) ?? "{}")
  }
}
