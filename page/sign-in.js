import { byId } from "./dom.js"

const CHALLENGES = {
  NEW_PASSWORD_REQUIRED: "new-password",
  SOFTWARE_TOKEN_MFA: "code",
}

/** A dialog that shows one of its forms at a time. */
export class SignIn {
  #session
  #cognito
  #first
  #dialog = byId("sign-in")
  #forms = this.#dialog.querySelectorAll("form")
  #name = ""
  #challenge = null

  /** @param first the form to begin with: "name", "token" or "password" */
  constructor(session, cognito, first) {
    this.#session = session
    this.#cognito = cognito
    this.#first = first
    const steps = {
      name: ({ name }) => this.#done(name.trim()),
      token: ({ token }) => this.#done(token.trim().replace(/^Bearer /iu, "")),
      password: ({ email, password }) => this.#password(email, password),
      "new-password": ({ password }) => this.#answer({ NEW_PASSWORD: password }),
      code: ({ code }) => this.#answer({ SOFTWARE_TOKEN_MFA_CODE: code.trim() }),
      forgotten: ({ email }) => this.#forgotten(email),
      reset: ({ code, password }) => this.#reset(code, password),
    }
    for (const form of this.#forms) {
      form.addEventListener("submit", event => {
        event.preventDefault()
        this.#run(form, steps[form.dataset.step])
      })
    }
    for (const button of this.#dialog.querySelectorAll("[data-to]")) button.addEventListener("click", () => this.#show(button.dataset.to))
    // The page needs a user. Chromium closes the dialog on a second Escape all the same.
    this.#dialog.addEventListener("cancel", event => event.preventDefault())
    this.#dialog.addEventListener("close", () => {
      if (!session.isIn && !this.#dialog.open) this.#dialog.showModal()
    })
  }

  open() {
    if (this.#dialog.open) return
    this.#dialog.showModal()
    this.#show(this.#first)
  }

  async #run(form, step) {
    const button = form.querySelector("[type=submit]")
    const problem = form.querySelector(".problem")
    if (button.ariaDisabled === "true") return
    button.ariaDisabled = "true"
    problem.textContent = ""
    try {
      await step(Object.fromEntries(new FormData(form)))
    } catch (error) {
      problem.textContent = error.message
      form.querySelector("input, textarea").focus()
    } finally {
      button.ariaDisabled = "false"
    }
  }

  async #password(email, password) {
    this.#name = email.trim()
    await this.#next(await this.#cognito.signIn(this.#name, password))
  }

  async #answer(responses) {
    await this.#next(await this.#cognito.answer(this.#challenge, this.#name, responses))
  }

  async #next(result) {
    if (result.AuthenticationResult) return this.#done(result.AuthenticationResult)
    const form = CHALLENGES[result.ChallengeName]
    if (!form) throw new Error(`This page does not support the sign-in step ${result.ChallengeName}. Ask your administrator.`)
    this.#challenge = result
    this.#show(form)
  }

  async #forgotten(email) {
    this.#name = email.trim()
    await this.#cognito.forgotPassword(this.#name)
    this.#show("reset")
  }

  async #reset(code, password) {
    await this.#cognito.setPassword(this.#name, code.trim(), password)
    await this.#password(this.#name, password)
  }

  #done(given) {
    this.#session.accept(given)
    for (const form of this.#forms) form.reset()
    this.#challenge = null
    this.#dialog.close()
    this.#session.begin()
  }

  #show(name) {
    for (const form of this.#forms) {
      form.hidden = form.dataset.step !== name
      form.querySelector(".problem").textContent = ""
    }
    this.#dialog.querySelector(`form[data-step=${name}] :is(input, textarea)`).focus()
  }
}
