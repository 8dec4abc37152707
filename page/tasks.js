import { tell } from "./dom.js"

const FIRST_PAGE = 30
const NEXT_PAGE = 60
const LARGEST_PAGE = 100

export const isOpen = task => task.status === "not_started" || task.status === "running"

/**
 * The user's tasks as far as they are known, newest first. Tells "added" (several tasks), "changed" (one), "removed" (its id)
 * and "complete" (the oldest is known).
 */
export class Tasks extends EventTarget {
  #api
  #byId = new Map()
  #order = []
  #removed = new Set()
  #stale = new Set()
  #cursor
  /** The list is known without a gap from this time to the cursor. */
  #knownFrom
  #loading = null
  /** Aborted when the user changes: a late answer must not bring another user's pictures. */
  #stay = new AbortController()

  constructor(api) {
    super()
    this.#api = api
  }

  get all() {
    return this.#order
  }

  get open() {
    return this.#order.filter(isOpen)
  }

  get isComplete() {
    return this.#cursor === null
  }

  get(id) {
    return this.#byId.get(id)
  }

  clear() {
    this.#stay.abort()
    this.#stay = new AbortController()
    for (const { task_id: id } of [...this.#order]) this.#drop(id)
    this.#removed.clear()
    this.#stale.clear()
    this.#cursor = this.#knownFrom = undefined
    this.#loading = null
  }

  /** Loads the next, older page. Simultaneous callers share one request. */
  more(limit = this.#cursor === undefined ? FIRST_PAGE : NEXT_PAGE) {
    if (this.isComplete) return Promise.resolve()
    const loading = (this.#loading ??= this.#page(limit).finally(() => {
      if (this.#loading === loading) this.#loading = null
    }))
    return loading
  }

  async everything(signal) {
    while (!this.isComplete) {
      signal?.throwIfAborted()
      await this.more(LARGEST_PAGE)
    }
  }

  /** Loads all new tasks, and those that could not be renewed. */
  async refresh() {
    if (this.#cursor === undefined) return this.more()
    let cursor, newest, oldest
    do {
      const page = await this.#api.tasks({ limit: cursor ? LARGEST_PAGE : FIRST_PAGE, cursor }, this.#staying())
      this.put(page.tasks, { newest: !cursor })
      newest ??= page.tasks[0]?.created_time
      oldest = page.tasks.at(-1)?.created_time
      cursor = page.next_cursor
      // This tab's tasks may be newer than unknown ones.
    } while (cursor && !(oldest < this.#knownFrom))
    this.#knownFrom = newest
    for (const id of this.#stale) await this.look(id)
  }

  /** Reads one task; undefined if the user has no such task. */
  async look(id, signal) {
    try {
      this.put([await this.#api.task(id, this.#staying(signal))], { newest: true })
    } catch (error) {
      if (error.status !== 404) throw error
      this.#drop(id)
    }
    return this.get(id)
  }

  /** Reads one task whose URLs have expired, and takes its fresh URLs. */
  async renew(id, signal) {
    this.#stale.add(id)
    return this.look(id, signal)
  }

  async delete(id) {
    try {
      await this.#api.deleteTask(id, this.#staying())
    } catch (error) {
      if (error.status !== 404) throw error
    }
    this.#removed.add(id)
    this.#drop(id)
  }

  async resendCallback(id) {
    this.put([await this.#api.resendCallback(id, this.#staying())])
  }

  /** Adds or updates tasks. `newest`: they come before others of the same second. */
  put(entries, { newest = false } = {}) {
    const added = []
    for (const entry of newest ? entries.toReversed() : entries) {
      const known = this.#byId.get(entry.task_id)
      if (known) this.#change(known, entry)
      // The list may still have a task that was just deleted.
      else if (!this.#removed.has(entry.task_id)) added.push(this.#place(entry, newest))
    }
    if (added.length > 0) tell(this, "added", added)
  }

  async #page(limit) {
    const { tasks, next_cursor: cursor } = await this.#api.tasks({ limit, cursor: this.#cursor }, this.#staying())
    this.#knownFrom ??= tasks[0]?.created_time
    this.#cursor = cursor ?? null
    this.put(tasks)
    if (this.isComplete) tell(this, "complete")
  }

  #staying(signal) {
    return AbortSignal.any([this.#stay.signal, signal].filter(Boolean))
  }

  #place(task, newest) {
    const later = other => (newest ? other.created_time > task.created_time : other.created_time >= task.created_time)
    const at = newest ? this.#order.findIndex(other => !later(other)) : this.#order.findLastIndex(later) + 1
    this.#order.splice(at < 0 ? this.#order.length : at, 0, task)
    this.#byId.set(task.task_id, task)
    return task
  }

  #change(known, entry) {
    // Answers can overtake each other.
    if (isOpen(entry) && (!isOpen(known) || entry.progress < known.progress)) return
    const renewed = this.#stale.delete(entry.task_id)
    const files = (entry.files ?? []).map((file, index) => (renewed ? file : withFirstUrls(file, known.files?.[index])))
    const before = JSON.stringify(known)
    Object.assign(known, entry, { files, output: undefined })
    // The same URL may work now.
    if (renewed || JSON.stringify(known) !== before) tell(this, "changed", known)
  }

  #drop(id) {
    if (!this.#byId.delete(id)) return
    this.#order.splice(this.#order.findIndex(task => task.task_id === id), 1)
    tell(this, "removed", id)
  }
}

/** A file keeps its first URLs: the browser caches by URL. */
function withFirstUrls(file, known) {
  return known?.sha256 === file.sha256 ? { ...file, file_url: known.file_url, preview_url: known.preview_url } : file
}
