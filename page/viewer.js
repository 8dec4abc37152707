import { byId, isTyping, make, tell } from "./dom.js"
import { complain, say } from "./notices.js"
import { saveOne } from "./save.js"
import { ratioOf, sizeText } from "./sizes.js"
import { isOpen } from "./tasks.js"
import { bytes, many, price, short, span, standing, when } from "./words.js"

/** One task, large. Tells "again", "edit" and "delete" with its task, "step" with -1 or 1, and "close". */
export class Viewer extends EventTarget {
  #tasks
  #dialog = byId("viewer")
  #task = null
  #index = 0
  #clock = null

  constructor(tasks) {
    super()
    this.#tasks = tasks
    tasks.addEventListener("changed", event => event.detail === this.#task && this.#draw())
    this.#dialog.addEventListener("close", () => this.#closed())
    this.#dialog.addEventListener("keydown", event => this.#key(event))
    const [stage, picture] = ["stage", "picture"].map(name => this.#part(name))
    picture.addEventListener("error", () => this.#renew())
    picture.addEventListener("load", () => {
      delete stage.dataset.renewed
      stage.classList.add("loaded")
    })
    stage.addEventListener("click", () => stage.classList.toggle("actual"))
    const acts = {
      close: () => this.close(),
      previous: () => this.#step(-1),
      next: () => this.#step(1),
      download: () => saveOne(this.#tasks, this.#task, this.#index),
      edit: () => tell(this, "edit", this.#imageUrl),
      again: () => tell(this, "again", this.#task),
      copy: () => this.#copy(),
      delete: () => tell(this, "delete", this.#task),
      resend: () => this.#tasks.resendCallback(this.#task.task_id),
    }
    for (const button of this.#dialog.querySelectorAll("[data-act]")) {
      button.addEventListener("click", () => Promise.resolve(acts[button.dataset.act]()).catch(complain))
    }
  }

  get task() {
    return this.#task
  }

  show(task) {
    if (this.#task !== task) this.#index = 0
    this.#task = task
    this.#draw()
    if (!this.#dialog.open) this.#dialog.showModal()
    this.#clock ??= setInterval(() => this.#tick(), 1000)
  }

  #tick() {
    if (isOpen(this.#task)) return this.#drawFacts()
    const { status, next_attempt_time: next } = this.#task.callback ?? {}
    if (status === "pending" && !(Date.parse(next) > Date.now())) this.#tasks.look(this.#task.task_id).catch(() => {})
  }

  close() {
    this.#dialog.close()
  }

  get #imageUrl() {
    const place = `darkroom://tasks/${this.#task.task_id}`
    return this.#index > 0 ? `${place}/${this.#index}` : place
  }

  get #file() {
    return this.#task.files?.[this.#index]
  }

  #closed() {
    delete this.#part("stage").dataset.renewed
    this.#clock = clearInterval(this.#clock) ?? null
    this.#clearPicture()
    const task = this.#task
    this.#task = null
    tell(this, "close", task)
  }

  #key(event) {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (by) this.#step(by)
  }

  /** Through the task's files, then to its neighbours. */
  #step(by) {
    const index = this.#index + by
    if (!this.#task.files?.[index]) return tell(this, "step", by)
    this.#index = index
    this.#draw()
  }

  async #copy() {
    await navigator.clipboard.writeText(this.#task.input?.prompt ?? "")
    say("The prompt is copied.")
  }

  #renew() {
    const stage = this.#part("stage")
    if (!this.#task) return
    if (stage.dataset.renewed === this.#task.task_id) return complain(new Error("The picture could not be loaded. Close it, then try again."))
    stage.dataset.renewed = this.#task.task_id
    this.#clearPicture()
    this.#tasks.renew(this.#task.task_id).catch(complain)
  }

  #clearPicture() {
    for (const name of ["picture", "preview"]) this.#part(name).removeAttribute("src")
  }

  #draw() {
    const task = this.#task
    const file = this.#file
    this.#dialog.dataset.status = task.status
    this.#part("prompt").textContent = task.input?.prompt ?? ""
    this.#part("reason").textContent = task.error_message ?? ""
    this.#part("place").textContent = task.files?.length > 1 ? `${this.#index + 1} of ${task.files.length}` : ""
    this.#part("progress").value = task.progress ?? 0
    this.#drawPicture(file)
    this.#drawFacts()
    this.#drawSources()
    this.#drawCallback()
    for (const [act, possible] of Object.entries({ download: file, edit: file, copy: task.input, again: !isOpen(task), delete: !isOpen(task) })) {
      this.#dialog.querySelector(`[data-act=${act}]`).hidden = !possible
    }
    this.#dialog.querySelector("[data-act=again]").textContent = task.status === "failed" ? "Try again" : "Again"
  }

  #drawPicture(file) {
    const [stage, picture, preview] = ["stage", "picture", "preview"].map(name => this.#part(name))
    stage.hidden = !file
    this.#part("waiting").style.setProperty("--ratio", ratioOf(this.#task.input?.size))
    if (!file) return this.#clearPicture()
    if (picture.getAttribute("src") === file.file_url) return
    stage.classList.remove("loaded", "actual")
    stage.style.setProperty("--width", file.width)
    stage.style.setProperty("--height", file.height)
    Object.assign(picture, { width: file.width, height: file.height, src: file.file_url, alt: short(this.#task.input?.prompt, 300) })
    preview.src = file.preview_url ?? file.file_url
  }

  #drawFacts() {
    const { status, input = {}, credits, resolution, model, created_time: created, finished_time: finished } = this.#task
    const file = this.#file
    const facts = {
      State: status === "finished" ? null : standing(this.#task),
      Requested: when(created),
      [isOpen(this.#task) ? "Time so far" : "Took"]: span((finished ? Date.parse(finished) : Date.now()) - Date.parse(created)),
      Picture: file && `${file.width} × ${file.height}, ${file.content_type?.replace("image/", "").toUpperCase()}, ${bytes(file.bytes)}`,
      Settings: [input.quality ?? "low", sizeText(input.size), resolution].join(" · "),
      Model: model,
      Price: status === "failed" ? "None: the task failed" : price(credits),
    }
    const rows = Object.entries(facts).filter(([, words]) => words)
    this.#part("facts").replaceChildren(...rows.flatMap(([name, words]) => [make("dt", {}, name), make("dd", {}, words)]))
  }

  #drawSources() {
    const urls = this.#task.input?.image_urls ?? []
    const list = this.#part("made-from")
    list.hidden = urls.length === 0
    list.querySelector("ol").replaceChildren(
      ...urls.map(url => {
        const [, id] = /^darkroom:\/\/tasks\/([^/]+)/u.exec(url) ?? []
        const label = id ? short(this.#tasks.get(id)?.input?.prompt, 60) || "One of your pictures" : url.startsWith("darkroom:") ? "An uploaded picture" : url
        return make("li", {}, id ? make("a", { href: `#/task/${id}` }, label) : label)
      }),
    )
  }

  #drawCallback() {
    const callback = this.#task.callback
    this.#part("callback").hidden = !callback
    if (!callback) return
    const { status, attempts, last_result: result, last_attempt_time: last, next_attempt_time: next } = callback
    const words = [
      { pending: "Not delivered yet", delivered: "Delivered", failed: "Not delivered: no more attempts" }[status],
      attempts > 0 && `${many(attempts, "attempt")}${last ? `, the last one ${when(last)}` : ""}${result ? `: ${result}` : ""}`,
      next && `next one ${when(next)}`,
    ]
    this.#part("callback").querySelector("p").textContent = `${words.filter(Boolean).join("; ")}.`
    this.#dialog.querySelector("[data-act=resend]").hidden = isOpen(this.#task) || (status === "pending" && attempts === 0)
  }

  #part(name) {
    return this.#dialog.querySelector(`[data-part=${name}]`)
  }
}
