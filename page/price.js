import { byId, pause } from "./dom.js"
import { price } from "./words.js"

const STILL = 200

export class Price {
  #api
  #known = new Map()
  #asking = null

  constructor(api) {
    this.#api = api
  }

  /** Shows a request's price; null: none. */
  async show(request) {
    this.#asking?.abort()
    if (request === null) return this.#say("")
    // The price does not depend on the prompt, so a draft stays here.
    const asked = { ...request, input: { ...request.input, prompt: "…" } }
    const key = JSON.stringify(asked)
    const known = this.#known.get(key)
    if (known) return this.#say(known)
    const asking = (this.#asking = new AbortController())
    try {
      await pause(STILL, asking.signal)
      const { credits, usd } = await this.#api.quote(asked, asking.signal)
      this.#known.set(key, price(credits, usd))
      this.#say(this.#known.get(key))
    } catch {
      if (!asking.signal.aborted) this.#say("")
    }
  }

  #say(words) {
    byId("price").textContent = words
  }
}
