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
    // The price depends on neither the prompt nor the sources. So a draft stays here, and uploads need not be complete.
    const { image_urls: sources, ...input } = request.input
    const asked = { ...request, input: { ...input, prompt: "…", ...(sources && { image_urls: ["https://example.com/"] }) } }
    const key = JSON.stringify(asked)
    const { signal } = (this.#asking = new AbortController())
    try {
      if (!this.#known.has(key)) {
        await pause(STILL, signal)
        const { credits, usd } = await this.#api.quote(asked, signal)
        this.#known.set(key, price(credits, usd))
      }
      this.#say(this.#known.get(key))
    } catch {
      if (!signal.aborted) this.#say("Price unknown")
    }
  }

  #say(words) {
    byId("price").textContent = words
  }
}
