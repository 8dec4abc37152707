import { archive } from "./archive.js"
import { make } from "./dom.js"
import { short } from "./words.js"

const ENDINGS = { "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp" }
/** What a ZIP file without extensions takes. */
const MOST_FILES = 65_535
const MOST_BYTES = 4_000_000_000

/** A name that says what the picture shows, and that every file system takes. */
function nameOf(task, index) {
  const words = short(task.input?.prompt, 60).normalize("NFKD").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/gu, "") || "picture"
  const ending = ENDINGS[task.files[index].content_type] ?? "png"
  return `${words}-${task.task_id.slice(-6)}${index > 0 ? `-${index + 1}` : ""}.${ending}`
}

/** The bytes of a file; with a fresh URL when the one that is known has ended. */
async function bytesOf(tasks, task, index, signal) {
  const get = () => fetch(task.files[index].file_url, { signal }).catch(() => ({ ok: false }))
  let response = await get()
  signal?.throwIfAborted()
  if (!response.ok) {
    await tasks.renew(task.task_id, signal)
    response = await get()
  }
  if (!response.ok) throw new Error("The picture cannot be downloaded just now.")
  return response.blob()
}

export async function saveOne(tasks, task, index) {
  offer(await bytesOf(tasks, task, index), nameOf(task, index))
}

/** Saves the files of several tasks as one archive. `onFile` is told how many are there. */
export async function saveAll(tasks, chosen, { onFile, signal }) {
  const sizes = chosen.flatMap(task => task.files.map(file => file.bytes))
  if (sizes.length > MOST_FILES || sizes.reduce((sum, size) => sum + size, 0) > MOST_BYTES) throw new Error("An archive takes 65,535 pictures and 4 GB at most. Choose fewer.")
  const entries = []
  for (const task of chosen) {
    for (const index of task.files.keys()) {
      entries.push({ name: nameOf(task, index), blob: await bytesOf(tasks, task, index, signal) })
      onFile(entries.length)
    }
  }
  offer(await archive(entries), `darkroom-${new Date().toISOString().slice(0, 10)}.zip`)
}

function offer(blob, name) {
  const url = URL.createObjectURL(blob)
  const link = make("a", { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
