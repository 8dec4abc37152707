import { tell } from "./dom.js"
import { readPhoto } from "./photo.js"

/** An upload that does not get on for so long has stalled. */
const STALL = 60_000

/** A file on its way to be a source. Tells "changed". `state` is "busy", "ready" or "failed". */
export class Upload extends EventTarget {
  state = "busy"
  progress = 0
  problem = ""
  imageUrl = null
  thumbnail
  label
  #id = null
  #used = false
  #api
  #stopping = new AbortController()

  constructor(file, api, maxBytes) {
    super()
    this.#api = api
    this.label = file.name || "Pasted picture"
    this.thumbnail = URL.createObjectURL(file)
    this.done = this.#run(file, maxBytes)
  }

  /** A request names it now: it must stay. */
  use() {
    this.#used = true
  }

  /** Stops it; what is there already and nobody asked for is deleted. */
  discard() {
    this.#stopping.abort()
    if (this.#used) return
    URL.revokeObjectURL(this.thumbnail)
    if (this.#id) this.#api.deleteUpload(this.#id).catch(() => {})
  }

  async #run(file, maxBytes) {
    const { signal } = this.#stopping
    try {
      const photo = await readPhoto(file, maxBytes, signal)
      const ticket = await this.#api.upload(photo.type, photo.size, signal)
      this.#id = ticket.upload_id
      await this.#put(ticket.put, photo, signal)
      this.imageUrl = ticket.image_url
      this.state = "ready"
    } catch (error) {
      if (signal.aborted) return
      this.state = "failed"
      this.problem = error.message
    }
    tell(this, "changed")
  }

  /** XMLHttpRequest, since fetch does not tell how far an upload is. */
  #put({ url, headers }, photo, signal) {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const request = new XMLHttpRequest()
      request.open("PUT", url)
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
      let stall
      const alive = () => {
        clearTimeout(stall)
        stall = setTimeout(() => {
          reject(new Error("The upload has stalled. Add the picture again."))
          request.abort()
        }, STALL)
      }
      alive()
      request.addEventListener("loadend", () => clearTimeout(stall))
      request.upload.addEventListener("progress", event => {
        alive()
        this.progress = Math.floor((100 * event.loaded) / event.total)
        tell(this, "changed")
      })
      request.addEventListener("load", () => {
        // 412: an earlier try of this very upload arrived.
        if (request.status < 300 || request.status === 412) resolve()
        else reject(new Error(`The picture was not taken (${request.status}).`))
      })
      request.addEventListener("error", () => reject(new Error("The upload broke off.")))
      signal.addEventListener("abort", () => {
        request.abort()
        reject(signal.reason)
      })
      request.send(photo)
    })
  }
}
