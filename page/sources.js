import { byId, copyOf, tell } from "./dom.js"
import { Kept } from "./kept.js"
import { say } from "./notices.js"
import { Upload } from "./upload.js"
import { short } from "./words.js"

const MOST = 16

/** The parts of a darkroom: form; none of another URL. */
function partsOf(imageUrl) {
  const [, kind, id, index = 0] = /^darkroom:\/\/(uploads|tasks)\/([^/]+)(?:\/(\d+))?$/u.exec(imageUrl) ?? []
  return { kind, id, index }
}

/** The pictures that an edit starts from, in order. Tells "changed". */
export class Sources extends EventTarget {
  #api
  #tasks
  #maxBytes
  #list = byId("sources")
  #sources = []
  #elements = new Map()
  #thumbnails = new Kept("darkroom.thumbnails")
  #unseen = new Set()
  #dragged = null

  constructor(api, tasks, maxBytes) {
    super()
    this.#api = api
    this.#tasks = tasks
    this.#maxBytes = maxBytes
    const input = byId("files")
    input.addEventListener("change", () => {
      this.addFiles(input.files)
      input.value = ""
    })
  }

  get isEmpty() {
    return this.#sources.length === 0
  }

  has(state) {
    return this.#sources.some(source => source.state === state)
  }

  get urls() {
    return this.#sources.map(source => source.imageUrl).filter(Boolean)
  }

  /** Waits for the uploads; false if a source was removed meanwhile. */
  async settled() {
    const meant = this.#sources
    const isWhole = () => meant.every(source => this.#sources.includes(source))
    while (isWhole() && this.has("busy")) await Promise.all(this.#sources.map(source => source.done))
    return isWhole()
  }

  addFiles(files) {
    for (const file of files) {
      if (this.#isFull()) return
      const upload = new Upload(file, this.#api, this.#maxBytes)
      upload.addEventListener("changed", () => {
        this.#draw()
        try {
          if (upload.imageUrl && upload.thumbnail) this.#thumbnails.set(upload.imageUrl, upload.thumbnail)
        } catch {
          // It is full: this source has no picture after a reload.
        }
      })
      this.#sources = [...this.#sources, upload]
    }
    this.#draw()
  }

  addUrl(imageUrl) {
    if (this.#isFull()) return
    const { kind, id } = partsOf(imageUrl)
    const label = kind === "uploads" && "Uploaded picture"
    const source = { state: "ready", imageUrl, label, thumbnail: this.#thumbnails.get(imageUrl), task: this.#tasks.get(id), use() {}, discard() {} }
    this.#sources = [...this.#sources, source]
    this.#draw()
    if (kind !== "tasks" || source.task) return
    // The gallery has not loaded it yet, and must not show it out of order.
    this.#api.task(id).then(task => {
      source.task = task
      this.#draw()
    }, () => {})
  }

  replace(imageUrls) {
    this.clear()
    for (const url of imageUrls) this.addUrl(url)
  }

  use() {
    for (const source of this.#sources) source.use()
  }

  clear() {
    for (const source of this.#sources) source.discard()
    this.#sources = []
    this.#draw()
  }

  /** Forgets the user. */
  forget() {
    this.clear()
    this.#thumbnails.clear()
    this.#unseen.clear()
  }

  /** Shows the problem of one source. False if there is no such source. */
  complain(index, problem) {
    const source = this.#sources[index]
    if (source) Object.assign(source, { state: "failed", problem })
    this.#draw()
    return source !== undefined
  }

  #isFull() {
    const full = this.#sources.length >= MOST
    if (full) say(`An edit can start from at most ${MOST} pictures.`, { problem: true })
    return full
  }

  /** A source's name, and the URLs of its picture, best first. */
  #looks({ label, thumbnail, imageUrl, task }) {
    if (label) return { label, pictures: [thumbnail] }
    const { kind, index } = partsOf(imageUrl)
    const file = task?.files?.[index]
    return { label: kind ? short(task?.input?.prompt) || "One of your pictures" : imageUrl, pictures: [file?.preview_url, file?.file_url] }
  }

  #remove(source) {
    source.discard()
    const at = this.#sources.indexOf(source)
    this.#sources = this.#sources.toSpliced(at, 1)
    this.#draw()
    const next = this.#sources[Math.min(at, this.#sources.length - 1)]
    const focused = this.#elements.get(next)?.querySelector(".remove") ?? byId("files")
    focused.focus()
  }

  #move(source, by) {
    const from = this.#sources.indexOf(source)
    const to = Math.min(Math.max(from + by, 0), this.#sources.length - 1)
    this.#sources.splice(to, 0, ...this.#sources.splice(from, 1))
    this.#draw()
  }

  #draw() {
    for (const [source, element] of this.#elements) {
      if (this.#sources.includes(source)) continue
      element.remove()
      this.#elements.delete(source)
    }
    this.#sources.forEach((source, index) => {
      if (!this.#elements.has(source)) this.#elements.set(source, this.#element(source))
      const element = this.#elements.get(source)
      const there = this.#list.children[index]
      if (there !== element) {
        const focused = document.activeElement
        this.#list.insertBefore(element, there ?? null)
        if (element.contains(focused)) focused.focus()
      }
      this.#drawOne(source, element, index)
    })
    this.#list.hidden = this.isEmpty
    tell(this, "changed")
  }

  #drawOne(source, element, index) {
    const name = `image ${index + 1}`
    const part = selector => element.querySelector(selector)
    element.dataset.state = source.state
    part(".number").textContent = index + 1
    part("progress").value = source.progress ?? 0
    part(".reason").textContent = source.problem ?? ""
    part(".earlier").disabled = index === 0
    part(".later").disabled = index === this.#sources.length - 1
    part(".earlier").ariaLabel = `Move ${name} to the front`
    part(".later").ariaLabel = `Move ${name} to the back`
    part(".remove").ariaLabel = `${source.state === "busy" ? "Cancel the upload of" : "Remove"} ${name}`
    const { label, pictures } = this.#looks(source)
    const url = pictures.find(picture => picture && !this.#unseen.has(picture))
    if (url && part("img").src !== url) part("img").src = url
    element.classList.toggle("unseen", !url)
    element.title = label
    part("img").alt = `${name}: ${label}`
  }

  #element(source) {
    const element = copyOf("source")
    const image = element.querySelector("img")
    image.addEventListener("error", () => {
      this.#unseen.add(image.src)
      this.#draw()
    })
    element.querySelector(".remove").addEventListener("click", () => this.#remove(source))
    element.querySelector(".earlier").addEventListener("click", () => this.#move(source, -1))
    element.querySelector(".later").addEventListener("click", () => this.#move(source, 1))
    element.addEventListener("dragstart", () => (this.#dragged = source))
    element.addEventListener("dragend", () => (this.#dragged = null))
    element.addEventListener("dragover", event => {
      if (!this.#dragged) return
      event.preventDefault()
      const by = this.#sources.indexOf(source) - this.#sources.indexOf(this.#dragged)
      if (by !== 0) this.#move(this.#dragged, by)
    })
    return element
  }
}
