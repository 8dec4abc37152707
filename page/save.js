import { archive } from "./archive.js"
import { make } from "./dom.js"
import { short } from "./words.js"

const ENDINGS = { "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp" }
/** A ZIP file without extensions can have no more. */
const MOST_BYTES = 4_000_000_000

/** From the prompt's words, valid on every file system. */
function nameOf(task, index) {
  const words = short(task.input?.prompt, 60).normalize("NFKD").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/gu, "") || "picture"
  const ending = ENDINGS[task.files[index].content_type] ?? "png"
  return `${words}-${task.task_id.slice(-6)}${index > 0 ? `-${index + 1}` : ""}.${ending}`
}

/** Loads a file, by a fresh URL if the known one has expired. */
async function bytesOf(tasks, task, index, signal) {
  const get = () => fetch(task.files[index].file_url, { signal }).catch(() => ({ ok: false }))
  let response = await get()
  signal?.throwIfAborted()
  if (!response.ok) {
    await tasks.renew(task.task_id, signal)
    response = await get()
  }
  if (!response.ok) throw new Error("The picture could not be downloaded. Try again in a minute.")
  return response.blob()
}

export async function saveOne(tasks, task, index) {
  offer(await bytesOf(tasks, task, index), nameOf(task, index))
}

/** Saves the files of several tasks as one archive. `onFile` gets the count so far. */
export async function saveAll(tasks, chosen, { onFile, signal }) {
  const sizes = chosen.flatMap(task => task.files.map(file => file.bytes))
  if (sizes.reduce((sum, size) => sum + size, 0) > MOST_BYTES) throw new Error("An archive can have at most 4 GB. Choose fewer pictures.")
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
