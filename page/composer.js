import { persist } from "./api.js"
import { byId, isTyping, tell } from "./dom.js"
import { Kept } from "./kept.js"
import { complain, say } from "./notices.js"
import { Price } from "./price.js"
import { PRESETS, problems, resolutionFor } from "./sizes.js"
import { Sources } from "./sources.js"
import { number } from "./words.js"

const DRAFT = "darkroom.draft"
const IN_4K = ["9:16", "16:9", "21:9"]
const FIELDS = ["prompt", "quality", "size", "resolution", "image_urls"]

/** The form. Tells "submitted" with the new task. */
export class Composer extends EventTarget {
  #api
  #form = byId("composer")
  #fields = this.#form.elements
  #sources
  #price
  #maxPromptLength
  #wantedResolution = "1K"
  #doing = null
  #retrying = new Set()
  /** The idempotency key of each request whose outcome is unknown: it is paid for once, also after a reload. */
  #keys = new Kept("darkroom.keys")
  #user
  #stay = new AbortController()

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
    // A double click and a key that is held down submit once.
    byId("make").addEventListener("click", event => event.detail > 1 && event.preventDefault())
    this.#form.addEventListener("keydown", event => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      if (!event.repeat) this.#submit()
    })
    this.#takeFiles()
  }

  /** Restores what this user wrote before a reload. Another user's draft is removed. */
  begin(user) {
    if (this.#user !== user) {
      const { author, input } = JSON.parse(sessionStorage.getItem(DRAFT) ?? "{}")
      if (author !== user) this.clear()
      this.#user = user
      if (author === user) this.#take(input)
    }
    this.#changed()
  }

  fill(input) {
    this.#take(input)
    this.focus()
  }

  #take({ prompt = "", quality = "low", size = "auto", resolution = "1K", image_urls: imageUrls = [] }) {
    const preset = size === "auto" || PRESETS.includes(size)
    const [width, height] = preset ? [] : size.split("x")
    const values = { prompt, quality, size: preset ? size : "custom", width: width ?? 1024, height: height ?? 1024 }
    for (const [name, value] of Object.entries(values)) this.#fields[name].value = value
    this.#wantedResolution = resolution
    this.#sources.replace(imageUrls)
  }

  /** Sends the same request again, and leaves the form as it is. */
  async retry({ model, input }) {
    const request = { model, input: Object.fromEntries(FIELDS.filter(name => name in input).map(name => [name, input[name]])) }
    const text = JSON.stringify(request)
    if (this.#retrying.has(text)) return
    this.#retrying.add(text)
    try {
      await this.#send(request)
    } catch (error) {
      if (error.name !== "AbortError") say([error.message, ...(error.details ?? []).map(each => sentence(each.message))].join(" "), { problem: true })
    } finally {
      this.#retrying.delete(text)
    }
  }

  edit(imageUrl) {
    this.#sources.addUrl(imageUrl)
    this.focus()
  }

  /** Forgets the user. */
  clear() {
    this.#stay.abort()
    this.#stay = new AbortController()
    this.#form.reset()
    this.#sources.forget()
    this.#forgetProblems()
    sessionStorage.removeItem(DRAFT)
    this.#keys.clear()
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
    this.#price.show(this.#sizeProblems().length === 0 ? this.#request : null)
    sessionStorage.setItem(DRAFT, JSON.stringify({ author: this.#user, input: this.#request.input }))
    this.#drawButton()
  }

  #sizeProblems() {
    const { size, width, height } = this.#fields
    return size.value === "custom" ? problems(Number(width.value), Number(height.value)) : []
  }

  /** Auto is always 1K, and a custom size implies its resolution. */
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
    if (this.#doing || this.#isWrong()) return
    this.#busy(this.#sources.has("busy") ? "Uploading…" : "Sending…")
    try {
      if (!(await this.#sources.settled()) || this.#isWrong()) return
      this.#busy("Sending…")
      // For good: even a refusal may follow an attempt that arrived.
      this.#sources.use()
      await this.#send(this.#request, () => this.#busy("Trying again…"))
    } catch (error) {
      this.#refused(error)
    } finally {
      this.#busy(null)
    }
  }

  async #send(request, onWait) {
    const { signal } = this.#stay
    const text = JSON.stringify(request)
    const key = this.#keys.get(text) ?? this.#keys.set(text, crypto.getRandomValues(new Uint32Array(4)).join("-"))
    try {
      const taken = await persist(() => this.#api.submit(request, key, signal), { onWait, signal })
      this.#keys.set(text)
      tell(this, "submitted", { ...taken, progress: 0, files: [], input: request.input })
    } catch (error) {
      // The key of a deleted task stays taken.
      if (error.type === "conflict" || error.type === "idempotency_mismatch") this.#keys.set(text)
      if (error.outcomeUnknown) error.message += " Try again: you pay once, even if the first request arrived."
      throw error
    }
  }

  #isWrong() {
    this.#forgetProblems()
    const found = []
    const prompt = this.#fields.prompt.value
    if (prompt.trim() === "") found.push({ field: "input.prompt", message: "Describe the picture first." })
    if ([...prompt].length > this.#maxPromptLength) found.push({ field: "input.prompt", message: `The prompt can have at most ${number(this.#maxPromptLength)} characters.` })
    // Its words stand beside width and height already.
    if (this.#sizeProblems().length > 0) found.push({ field: "input.size", message: "" })
    if (this.#sources.has("failed")) found.push({ field: "input.image_urls", message: "Remove the pictures that have an error." })
    this.#show(found)
    return found.length > 0
  }

  #refused(error) {
    if (error.details?.length > 0) return this.#show(error.details)
    if (error.name === "ApiError") return this.#show([{ field: "", message: error.message }])
    complain(error)
  }

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
    for (const place of this.#form.querySelectorAll("[id$=-problem]:not(#custom-problem)")) place.textContent = ""
    for (const field of this.#form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid")
  }

  #busy(words) {
    this.#doing = words
    this.#drawButton()
  }

  #drawButton() {
    const button = byId("make")
    button.ariaDisabled = String(this.#doing !== null)
    button.textContent = this.#doing ?? (this.#sources.isEmpty ? "Make" : "Edit")
  }

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
      const { files, types } = event.clipboardData
      if (files.length === 0 || document.querySelector("dialog:modal")) return
      // Office programs add a picture of the copied text.
      if (isTyping(event) && types.includes("text/plain")) return
      event.preventDefault()
      this.#sources.addFiles(files)
    })
  }
}

const sentence = message => (/^[a-z]/u.test(message) ? `This ${message}` : message).replace(/[^.!?]$/u, "$&.")
