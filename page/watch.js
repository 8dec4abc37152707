import { pause } from "./dom.js"
import { isOpen } from "./tasks.js"

const AT_ONCE = 6
const SOON = 1500
const LATER = 5000
const MUCH_LATER = 20_000
const HIDDEN = 30_000
const WITHOUT_NETWORK = 60_000

/** Polls the open tasks: less often the older they are, and while the page is hidden. */
export class Watch {
  #tasks
  #looked = new Map()
  #round = null
  #lastLook = 0
  #failures = 0

  constructor(tasks) {
    this.#tasks = tasks
    tasks.addEventListener("added", event => event.detail.some(isOpen) && this.begin())
  }

  stop() {
    this.#round?.abort()
    this.#round = null
  }

  /** Starts polling, or polls sooner. */
  begin() {
    this.stop()
    if (this.#tasks.open.length === 0) return
    this.#round = new AbortController()
    // It only rejects when it is aborted.
    this.#run(this.#round.signal).catch(() => {})
  }

  async #run(signal) {
    await pause(this.#lastLook + SOON - Date.now(), signal)
    while (this.#tasks.open.length > 0) {
      await this.#look(signal)
      if (this.#tasks.open.length > 0) await pause(this.#wait(), signal)
    }
    this.#looked.clear()
  }

  /** Polls those first that were not polled for the longest time. */
  async #look(signal) {
    const next = this.#tasks.open
      .sort((one, other) => (this.#looked.get(one.task_id) ?? 0) - (this.#looked.get(other.task_id) ?? 0))
      .slice(0, AT_ONCE)
    this.#lastLook = Date.now()
    const looks = await Promise.allSettled(
      next.map(({ task_id: id }) => {
        this.#looked.set(id, Date.now())
        return this.#tasks.look(id, signal)
      }),
    )
    signal.throwIfAborted()
    this.#failures = looks.some(look => look.status === "fulfilled") ? 0 : this.#failures + 1
  }

  #wait() {
    const youngest = Math.min(...this.#tasks.open.map(task => Date.now() - Date.parse(task.created_time)))
    const pace = youngest < 60_000 ? SOON : youngest < 600_000 ? LATER : MUCH_LATER
    const patience = document.hidden ? Math.max(pace, HIDDEN) : pace
    return Math.min(patience * 2 ** this.#failures, Math.max(patience, WITHOUT_NETWORK))
  }
}
