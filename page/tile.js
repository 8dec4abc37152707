import { copyOf, tell } from "./dom.js"
import { ratioOf } from "./sizes.js"
import { isOpen } from "./tasks.js"
import { short, span, standing } from "./words.js"

/** One task in the gallery. Tells "renew" when it needs fresh URLs, "again" when it is to be sent again, and "choose". */
export class Tile extends EventTarget {
  element = copyOf("tile")
  #task
  #url = null
  #wasOpen = false
  #renewed = false

  constructor(task) {
    super()
    this.#task = task
    this.element.dataset.task = task.task_id
    this.#part("a").href = `#/task/${task.task_id}`
    this.#part("img").addEventListener("load", () => {
      this.#renewed = false
      this.element.classList.add("loaded")
    })
    this.#part("img").addEventListener("error", () => this.#withoutPicture())
    this.#part(".again").addEventListener("click", () => tell(this, this.#task.status === "failed" ? "again" : "renew", this.#task))
    this.#part("input").addEventListener("change", event => tell(this, "choose", event.target.checked))
    this.draw()
  }

  get task() {
    return this.#task
  }

  set chosen(chosen) {
    this.#part("input").checked = chosen
    this.element.classList.toggle("chosen", chosen)
  }

  lose() {
    this.element.classList.add("lost")
    this.#part(".reason").textContent = "The picture could not be loaded."
  }

  draw() {
    const task = this.#task
    const [file] = task.files ?? []
    const label = short(task.input?.prompt)
    this.element.dataset.status = task.status
    this.element.style.setProperty("--ratio", file?.width ? file.width / file.height : ratioOf(task.input?.size))
    this.#part(".prompt").textContent = label
    this.#part("input").ariaLabel = `Choose: ${label}`
    this.#part(".reason").textContent = task.error_message ?? ""
    this.#part(".count").textContent = task.files?.length > 1 ? task.files.length : ""
    this.#part("progress").value = task.progress ?? 0
    if (file) this.#show(file)
    this.#wasOpen ||= isOpen(task)
    this.tick()
  }

  tick() {
    const passed = isOpen(this.#task) ? ` · ${span(Date.now() - Date.parse(this.#task.created_time))}` : ""
    this.#part(".standing").textContent = standing(this.#task) + passed
  }

  /** A picture that was just made may have no preview yet. */
  #show(file) {
    if (this.#url === null) this.#load(this.#wasOpen ? file.file_url : file.preview_url)
  }

  #load(url) {
    this.#url = url
    this.element.classList.remove("lost")
    this.#part("img").src = url
  }

  /** Some pictures have no preview, and URLs expire. */
  #withoutPicture() {
    const [file] = this.#task.files
    if (!file) return
    if (this.#url === file.preview_url) return this.#load(file.file_url)
    this.#url = null
    if (this.#renewed) return this.lose()
    this.#renewed = true
    tell(this, "renew", this.#task)
  }

  #part(selector) {
    return this.element.querySelector(selector)
  }
}
