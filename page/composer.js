import { persist } from "./api.js"
import { byId, tell } from "./dom.js"
import { complain } from "./notices.js"
import { Price } from "./price.js"
import { PRESETS, problems, resolutionFor } from "./sizes.js"
import { Sources } from "./sources.js"
import { number } from "./words.js"

const DRAFT = "darkroom.draft"
/** The presets that there are in 4K. */
const IN_4K = ["9:16", "16:9", "21:9"]
const FIELDS = ["prompt", "quality", "size", "resolution", "image_urls"]

const freshKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("")

/** Where pictures are asked for. Tells "submitted" with the new task. */
export class Composer extends EventTarget {
  #api
  #form = byId("composer")
  #fields = this.#form.elements
  #sources
  #price
  #maxPromptLength
  #wantedResolution = "1K"
  #sending = false
  #stay = new AbortController()
  /** The key belongs to a request until that is known to have been taken, so that it is paid for once. */
  #key = { request: "", text: "" }

  constructor(api, tasks, { maxPromptLength, maxUploadBytes }) {
    super()
    this.#api = api
    this.#maxPromptLength = maxPromptLength
    this.#price = new Price(api)
    this.#sources = new Sources(api, tasks, maxUploadBytes)
    this.#sources.addEventListener("changed", () => this.#changed())
    this.#form.addEventListener("input", () => this.#changed())
    this.#fields.resolution.addEventListener("input", () => (this.#wantedResolution = this.#fields.resolution.value))
    this.#form.addEventListener("submit", event => {
      event.preventDefault()
      this.#submit()
    })
    // The second click of a double click, and a key that is held down, ask for nothing new.
    byId("make").addEventListener("click", event => event.detail > 1 && event.preventDefault())
    this.#form.addEventListener("keydown", event => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      if (!event.repeat) this.#submit()
    })
    this.#takeFiles()
    this.#restore()
  }

  /** Somebody has signed in. */
  begin() {
    this.#changed()
  }

  /** Takes over what a task was asked for with. */
  fill({ prompt = "", quality = "low", size = "auto", resolution = "1K", image_urls: imageUrls = [] }) {
    const preset = size === "auto" || PRESETS.includes(size)
    const [width, height] = preset ? [] : size.split("x")
    Object.entries({ prompt, quality, size: preset ? size : "custom", width: width ?? 1024, height: height ?? 1024 }).forEach(
      ([name, value]) => (this.#fields[name].value = value),
    )
    this.#wantedResolution = resolution
    this.#sources.replace(imageUrls)
    this.focus()
  }

  /** Asks for the same once more, at once. */
  retry(input) {
    this.fill(input)
    return this.#submit()
  }

  /** Adds one of the user's own pictures to those that an edit starts from. */
  edit(imageUrl) {
    this.#sources.addUrl(imageUrl)
    this.focus()
  }

  /** Leaves nothing of its user. */
  clear() {
    this.#stay.abort()
    this.#stay = new AbortController()
    this.#form.reset()
    this.#sources.clear()
    this.#forgetProblems()
    sessionStorage.removeItem(DRAFT)
  }

  focus() {
    this.#form.scrollIntoView({ block: "start" })
    this.#fields.prompt.focus()
  }

  get #request() {
    const { prompt, quality, size, resolution, width, height } = this.#fields
    const input = { prompt: prompt.value, quality: quality.value, size: size.value === "custom" ? `${width.value}x${height.value}` : size.value }
    if (size.value !== "auto") input.resolution = resolution.value
    if (this.#sources.isEmpty) return { model: "gpt-image-2", input }
    return { model: "gpt-image-2-edit", input: { ...input, image_urls: this.#sources.urls } }
  }

  #changed() {
    this.#drawSize()
    this.#drawCount()
    this.#price.show(this.#sources.areReady && this.#sizeProblems().length === 0 ? this.#request : null)
    const { prompt, quality, size, width, height } = this.#fields
    const draft = { prompt: prompt.value, quality: quality.value, size: size.value, width: width.value, height: height.value }
    sessionStorage.setItem(DRAFT, JSON.stringify({ ...draft, resolution: this.#wantedResolution }))
    byId("make").textContent = this.#sources.isEmpty ? "Make" : "Edit"
  }

  #restore() {
    const { resolution, ...draft } = JSON.parse(sessionStorage.getItem(DRAFT) ?? "{}")
    for (const [name, value] of Object.entries(draft)) this.#fields[name].value = value
    this.#wantedResolution = resolution ?? "1K"
  }

  #sizeProblems() {
    const { size, width, height } = this.#fields
    return size.value === "custom" ? problems(Number(width.value), Number(height.value)) : []
  }

  /** Only what can be had can be chosen: Auto is always 1K, and a custom size says its resolution itself. */
  #drawSize() {
    const { size, resolution, width, height } = this.#fields
    const custom = size.value === "custom"
    byId("custom").hidden = !custom
    byId("custom-problem").textContent = this.#sizeProblems().join(" ")
    resolution.disabled = custom || size.value === "auto"
    resolution.querySelector("[value='4K']").disabled = !custom && !IN_4K.includes(size.value)
    const wanted = this.#wantedResolution === "4K" && !IN_4K.includes(size.value) ? "2K" : this.#wantedResolution
    resolution.value = custom ? resolutionFor(Number(width.value), Number(height.value)) : size.value === "auto" ? "1K" : wanted
  }

  #drawCount() {
    const length = [...this.#fields.prompt.value].length
    const count = byId("count")
    count.textContent = `${number(length)} / ${number(this.#maxPromptLength)}`
    count.classList.toggle("problem", length > this.#maxPromptLength)
  }

  async #submit() {
    if (this.#sending) return
    this.#forgetProblems()
    this.#busy("Sending…")
    try {
      if (!this.#sources.areReady && !this.#sources.haveFailed) this.#busy("Uploading…")
      await this.#sources.settled()
      const found = this.#ownProblems()
      if (found.length > 0) return this.#show(found)
      this.#busy("Sending…")
      const request = this.#request
      const { signal } = this.#stay
      const taken = await persist(() => this.#api.submit(request, this.#keyOf(request), signal), {
        onWait: () => this.#busy("Asking again…"),
        signal,
      })
      this.#key = { request: "", text: "" }
      this.#sources.use()
      tell(this, "submitted", { ...taken, progress: 0, files: [], input: request.input })
    } catch (error) {
      this.#refused(error)
    } finally {
      this.#busy(null)
    }
  }

  #keyOf(request) {
    const text = JSON.stringify(request)
    if (this.#key.request !== text) this.#key = { request: text, text: freshKey() }
    return this.#key.text
  }

  #ownProblems() {
    const found = []
    const prompt = this.#fields.prompt.value
    if (prompt.trim() === "") found.push({ field: "input.prompt", message: "Say what the picture is to show." })
    if ([...prompt].length > this.#maxPromptLength) found.push({ field: "input.prompt", message: `${number(this.#maxPromptLength)} characters are the most.` })
    for (const message of this.#sizeProblems()) found.push({ field: "input.size", message })
    if (this.#sources.haveFailed) found.push({ field: "input.image_urls", message: "Remove the pictures that could not be read." })
    return found
  }

  #refused(error) {
    if (error.details?.length > 0) return this.#show(error.details)
    // A task that was deleted keeps its key.
    if (error.type === "conflict" || error.type === "idempotency_mismatch") this.#key = { request: "", text: "" }
    if (error.name === "ApiError") {
      const paidOnce = error.outcomeUnknown ? " Try again: it is paid once, even if it was taken." : ""
      return this.#show([{ field: "", message: error.message + paidOnce }])
    }
    complain(error)
  }

  /** Each problem stands at its field, the others at the end. */
  #show(found) {
    for (const { field, message } of found) {
      const [, name = "", index] = /^input\.(\w+)(?:\[(\d+)\])?$/u.exec(field) ?? []
      if (index !== undefined && this.#sources.complain(Number(index), sentence(message))) continue
      const place = byId(FIELDS.includes(name) ? `${name}-problem` : "other-problem")
      place.textContent = `${place.textContent} ${place.id === "other-problem" && field ? `${field}: ` : ""}${sentence(message)}`.trim()
      if (this.#fields[name]) this.#fields[name].ariaInvalid = "true"
    }
    this.#form.querySelector("[aria-invalid=true]")?.focus()
  }

  #forgetProblems() {
    for (const place of this.#form.querySelectorAll(".problem[id$=-problem]")) place.textContent = ""
    for (const field of this.#form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid")
    byId("custom-problem").textContent = this.#sizeProblems().join(" ")
  }

  /** Says what goes on; null: nothing. The button stays where the focus is. */
  #busy(words) {
    const button = byId("make")
    this.#sending = words !== null
    button.ariaDisabled = String(this.#sending)
    button.textContent = words ?? (this.#sources.isEmpty ? "Make" : "Edit")
  }

  /** Files that are dropped or pasted anywhere on the page. */
  #takeFiles() {
    const carriesFiles = event => event.dataTransfer?.types.includes("Files")
    document.addEventListener("dragover", event => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      document.body.classList.add("dropping")
    })
    document.addEventListener("dragleave", event => event.relatedTarget === null && document.body.classList.remove("dropping"))
    document.addEventListener("drop", event => {
      document.body.classList.remove("dropping")
      if (!carriesFiles(event)) return
      event.preventDefault()
      this.#sources.addFiles(event.dataTransfer.files)
      tell(this, "files")
    })
    document.addEventListener("paste", event => {
      const { files } = event.clipboardData
      if (files.length === 0 || document.querySelector("dialog:modal")) return
      event.preventDefault()
      this.#sources.addFiles(files)
    })
  }
}

const sentence = message => (/^[a-z]/u.test(message) ? `This ${message}` : message).replace(/[^.!?]$/u, "$&.")
