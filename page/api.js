import { pause } from "./dom.js"

/** A little longer than the API's own limit. */
const PATIENCE = 31_000

/** The API refused, or did not answer (`status` 0). `details` has the problem of each field. */
export class ApiError extends Error {
  constructor(status, { type = "", message, details = [] } = {}, retryAfter = 0) {
    super(message ?? "The service did not answer. Check your network connection.")
    this.name = "ApiError"
    this.status = status
    this.type = type
    this.details = details
    this.retryAfter = retryAfter
  }

  /** Whether the request may have had its effect. */
  get outcomeUnknown() {
    return this.status === 0 || this.status >= 500
  }
}

/** Darkroom's API. Nothing else calls it. */
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

/** The sign-in service did not answer. */
function unanswered(error) {
  throw new ApiError(0, error)
}

/** The gateway's own refusals have another body. */
function gatewayError(status) {
  if (status === 401) return { message: "You are no longer signed in." }
  if (status === 429) return { message: "There were too many requests. Wait a moment, then try again." }
  return { message: `The service failed (${status}). Try again in a minute.` }
}

/** Repeats a call where that is safe and may help. Throws the last error. */
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
