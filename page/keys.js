const STORE = "darkroom.keys"
const MOST = 20

const known = () => JSON.parse(sessionStorage.getItem(STORE) ?? "{}")
const keep = keys => sessionStorage.setItem(STORE, JSON.stringify(keys))

/** The idempotency key of a request. It lasts until the outcome is known, over a reload too, so that it is paid for once. */
export function keyOf(request) {
  const keys = known()
  keys[request] ??= crypto.getRandomValues(new Uint32Array(4)).join("-")
  keep(Object.fromEntries(Object.entries(keys).slice(-MOST)))
  return keys[request]
}

/** The outcome is known: the same request is a new one from now on. */
export function forgetKey(request) {
  const { [request]: _, ...others } = known()
  keep(others)
}

export const forgetKeys = () => sessionStorage.removeItem(STORE)
