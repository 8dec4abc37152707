import { copyOf, tell } from "./dom.js"
import { ratioOf } from "./sizes.js"
import { isOpen } from "./tasks.js"
import { short, span, standing } from "./words.js"

/**
 * One task in the gallery. Tells "renew" when its picture's URL has ended, "again" when it is to be tried again, and "choose"
 * when it is chosen or left.
 */
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
    this.#part(".again").addEventListener("click", () => tell(this, "again", this.#task))
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

  /** A picture that was made while one looked has no preview yet, and will be looked at large. */
  #show(file) {
    if (this.#url === null) this.#load(this.#wasOpen ? file.file_url : file.preview_url)
  }

  #load(url) {
    this.#url = url
    this.#part("img").src = url
  }

  /** There is no preview of every picture; and a URL ends some time. */
  #withoutPicture() {
    const [file] = this.#task.files
    if (!file) return
    if (this.#url === file.preview_url) return this.#load(file.file_url)
    // Once only: what cannot be loaded under a fresh URL cannot be loaded.
    if (this.#renewed) return
    this.#renewed = true
    this.#url = null
    tell(this, "renew", this.#task)
  }

  #part(selector) {
    return this.element.querySelector(selector)
  }
}
