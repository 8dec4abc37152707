import { byId, tell } from "./dom.js"
import { complain } from "./notices.js"
import { isOpen } from "./tasks.js"
import { Tile } from "./tile.js"

/** The next page is loaded so far ahead that nobody sees the end. */
const AHEAD = "1600px"

/** The pictures. Tells "again" with a task, and "choose" with a task and whether it is chosen. */
export class Gallery extends EventTarget {
  #tasks
  #list = byId("gallery")
  #end = byId("gallery-end")
  #tiles = new Map()
  #fits = () => true
  #clock = null
  #begun = false

  constructor(tasks) {
    super()
    this.#tasks = tasks
    tasks.addEventListener("added", event => this.#add(event.detail))
    tasks.addEventListener("changed", event => this.#draw(event.detail))
    tasks.addEventListener("removed", event => this.#remove(event.detail))
    tasks.addEventListener("complete", () => this.#complete())
    new IntersectionObserver(([end]) => end.isIntersecting && this.#begun && this.#more(), { rootMargin: AHEAD }).observe(this.#end)
    byId("more").addEventListener("click", () => this.#more())
  }

  get shown() {
    return this.#tasks.all.filter(this.#fits)
  }

  filter(fits) {
    this.#fits = fits
    for (const tile of this.#tiles.values()) tile.element.hidden = !fits(tile.task)
    this.#sayHowMany()
  }

  mark(chosen) {
    for (const [id, tile] of this.#tiles) tile.chosen = chosen.has(id)
  }

  focus(id) {
    this.#tiles.get(id)?.element.querySelector("a").focus()
  }

  /** Loads the first page, and more while the window has room. */
  async begin() {
    this.#begun = true
    this.#list.setAttribute("aria-busy", "true")
    await this.#more()
    this.#list.setAttribute("aria-busy", "false")
  }

  end() {
    this.#begun = false
  }

  async #more() {
    byId("more").hidden = true
    try {
      do await this.#tasks.more()
      while (!this.#tasks.isComplete && this.#endIsNear())
    } catch (error) {
      byId("more").hidden = false
      complain(error)
    }
    this.#sayHowMany()
  }

  #complete() {
    this.#keepLastRowBack()
    this.#sayHowMany()
  }

  #endIsNear() {
    return this.#end.getBoundingClientRect().top < window.innerHeight + parseInt(AHEAD)
  }

  #add(added) {
    for (const task of added) {
      const tile = new Tile(task)
      tile.element.hidden = !this.#fits(task)
      tile.addEventListener("again", event => tell(this, "again", event.detail))
      tile.addEventListener("choose", event => tell(this, "choose", { task, chosen: event.detail }))
      tile.addEventListener("renew", () =>
        this.#tasks.renew(task.task_id).catch(error => {
          tile.lose()
          complain(error)
        }),
      )
      this.#tiles.set(task.task_id, tile)
    }
    this.#tasks.all.forEach((task, index) => {
      const { element } = this.#tiles.get(task.task_id)
      const there = this.#list.children[index]
      if (there !== element) this.#list.insertBefore(element, there ?? null)
    })
    this.#keepLastRowBack()
    this.#tick()
    this.#sayHowMany()
  }

  /** A row that is not full would move when the next page fills it. */
  #keepLastRowBack() {
    for (const element of this.#list.querySelectorAll(".kept-back")) element.classList.remove("kept-back")
    this.#list.classList.toggle("complete", this.#tasks.isComplete)
    if (this.#tasks.isComplete) return
    const row = []
    for (let element = this.#list.lastElementChild; element; element = element.previousElementSibling) {
      if (row.length > 0 && element.offsetTop !== row[0].offsetTop) return row.forEach(each => each.classList.add("kept-back"))
      row.push(element)
    }
  }

  #draw(task) {
    const tile = this.#tiles.get(task.task_id)
    tile.draw()
    tile.element.hidden = !this.#fits(task)
  }

  #remove(id) {
    this.#tiles.get(id)?.element.remove()
    this.#tiles.delete(id)
    this.#sayHowMany()
  }

  #tick() {
    this.#clock ??= setInterval(() => {
      const open = [...this.#tiles.values()].filter(tile => isOpen(tile.task))
      for (const tile of open) tile.tick()
      if (open.length === 0) this.#clock = clearInterval(this.#clock) ?? null
    }, 1000)
  }

  #sayHowMany() {
    const shown = this.shown.length
    byId("nothing-yet").hidden = shown > 0 || !this.#tasks.isComplete || this.#tasks.all.length > 0
    byId("nothing-found").hidden = shown > 0 || !this.#tasks.isComplete || this.#tasks.all.length === 0
  }
}
