import { tell } from "./dom.js"
import { readPhoto, smallCopy } from "./photo.js"

/** An upload without progress for so long is given up. */
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
  #api
  #stopping = new AbortController()

  constructor(file, api, maxBytes) {
    super()
    this.#api = api
    this.label = file.name || "Pasted picture"
    this.done = this.#run(file, maxBytes)
  }

  /** A request names it now, so it must not be deleted. */
  use() {
    this.#id = null
  }

  /** Stops the upload, and deletes it if no request names it. */
  discard() {
    this.#stopping.abort()
    if (this.#id) this.#api.deleteUpload(this.#id).catch(() => {})
  }

  async #run(file, maxBytes) {
    const { signal } = this.#stopping
    try {
      const photo = await readPhoto(file, maxBytes, signal)
      this.thumbnail = await smallCopy(photo)
      tell(this, "changed")
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

  /** By XMLHttpRequest, because fetch tells no progress. */
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
          reject(new Error("The upload stopped. Add the picture again."))
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
        // 412: the same upload has arrived already.
        if (request.status < 300 || request.status === 412) resolve()
        else reject(new Error(`The upload was refused (${request.status}). Add the picture again.`))
      })
      request.addEventListener("error", () => reject(new Error("The upload failed. Check your network connection, then add the picture again.")))
      signal.addEventListener("abort", () => {
        request.abort()
        reject(signal.reason)
      })
      request.send(photo)
    })
  }
}
