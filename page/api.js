import { pause } from "./dom.js"

/** The longest that the API itself takes, and a little. */
const PATIENCE = 31_000

/**
 * The API refused, or did not answer. `status` is 0 when no answer came. `details` has the fault of each field.
 */
export class ApiError extends Error {
  constructor(status, { type = "", message, details = [] } = {}, retryAfter = 0) {
    super(message ?? "There was no answer. Is the network there?")
    this.name = "ApiError"
    this.status = status
    this.type = type
    this.details = details
    this.retryAfter = retryAfter
  }

  /** Whether the request may have been carried out all the same. */
  get outcomeUnknown() {
    return this.status === 0 || this.status >= 500
  }
}

/** Darkroom's API, as one user. The only place that talks to it. Every call can be aborted by its signal. */
export class Api {
  #session

  constructor(session) {
    this.#session = session
  }

  quote(request, signal) {
    return this.#call("POST", "quote", { body: request, signal })
  }

  /** The same key makes the same task, however often it is sent. */
  submit(request, key, signal) {
    return this.#call("POST", "submit", { body: request, headers: { "Idempotency-Key": key }, signal })
  }

  tasks({ limit, cursor }, signal) {
    const query = new URLSearchParams({ limit, ...(cursor && { cursor }) })
    return this.#call("GET", `tasks?${query}`, { signal })
  }

  task(id, signal) {
    return this.#call("GET", `status/${encodeURIComponent(id)}`, { signal })
  }

  deleteTask(id, signal) {
    return this.#call("DELETE", `tasks/${encodeURIComponent(id)}`, { signal })
  }

  resendCallback(id, signal) {
    return this.#call("POST", `tasks/${encodeURIComponent(id)}/callback`, { signal })
  }

  upload(contentType, bytes, signal) {
    return this.#call("POST", "uploads", { body: { content_type: contentType, bytes }, signal })
  }

  deleteUpload(id, signal) {
    return this.#call("DELETE", `uploads/${encodeURIComponent(id)}`, { signal })
  }

  async #call(method, path, { body, headers = {}, signal }) {
    let token
    const send = async () => {
      token = await this.#session.token()
      return this.#send(method, path, body, { ...headers, Authorization: `Bearer ${token}` }, signal)
    }
    let response = await send()
    if (response.status === 401 && (await this.#session.renew(token).catch(unanswered))) response = await send()
    const answer = await response.json().catch(() => ({}))
    signal?.throwIfAborted()
    if (response.ok) return answer.data
    if (response.status === 401) this.#session.expire(token)
    throw new ApiError(response.status, answer.error ?? gatewayError(response.status), Number(response.headers.get("Retry-After")))
  }

  async #send(method, path, body, headers, signal) {
    try {
      return await fetch(`/api/generate/${path}`, {
        method,
        headers: body ? { ...headers, "Content-Type": "application/json" } : headers,
        body: body && JSON.stringify(body),
        signal: AbortSignal.any([AbortSignal.timeout(PATIENCE), signal].filter(Boolean)),
        cache: "no-store",
      })
    } catch (error) {
      signal?.throwIfAborted()
      throw new ApiError(0)
    }
  }
}

/** Who one is could not be asked for. */
function unanswered(error) {
  throw new ApiError(0, error)
}

/** What the gateway itself refuses has a body of another kind. */
function gatewayError(status) {
  switch (status) {
    case 401:
      return { type: "authentication_error", message: "You are not signed in any more." }
    case 429:
      return { type: "rate_limited", message: "Too many requests just now." }
    default:
      return { message: `The service cannot answer just now (${status}).` }
  }
}

/** Calls again after a wait as long as that is safe and may help; the last error is thrown. */
export async function persist(call, { onWait, signal }) {
  for (const wait of [1000, 3000, 8000]) {
    try {
      return await call()
    } catch (error) {
      const passes = error instanceof ApiError && (error.outcomeUnknown || error.type === "idempotency_conflict")
      if (!passes) throw error
      onWait?.()
      await pause(Math.max(wait, Math.min(30, error.retryAfter) * 1000), signal)
    }
  }
  return call()
}
