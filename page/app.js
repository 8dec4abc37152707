import { Api } from "./api.js"
import { Cognito } from "./cognito.js"
import { Composer } from "./composer.js"
import { byId } from "./dom.js"
import { Finder } from "./finder.js"
import { Gallery } from "./gallery.js"
import { complain, say } from "./notices.js"
import { Selection } from "./selection.js"
import { CognitoSession, NameSession, REFRESH_TOKEN, Session, TokenSession } from "./session.js"
import { SignIn } from "./sign-in.js"
import { isOpen, Tasks } from "./tasks.js"
import { Viewer } from "./viewer.js"
import { Watch } from "./watch.js"
import { short, standing } from "./words.js"

const settings = JSON.parse(byId("settings").textContent)
const cognito = settings.signIn === "cognito" ? new Cognito(settings.cognitoEndpoint, settings.clientId) : null
const kinds = { name: () => new NameSession(), token: () => new TokenSession(), cognito: () => new CognitoSession(cognito) }

const session = new Session(kinds[settings.signIn]())
const api = new Api(session)
const tasks = new Tasks(api)
const composer = new Composer(api, tasks, settings)
const gallery = new Gallery(tasks)
const viewer = new Viewer(tasks)
const selection = new Selection(tasks)
const signIn = new SignIn(session, cognito, { cognito: "password" }[settings.signIn] ?? settings.signIn)
const watch = new Watch(tasks)
const finder = new Finder(tasks)

/** Their pictures are on the page. */
let shownUser = null
let cameFromGallery = false

// Who

session.addEventListener("signed-in", () => {
  byId("user").textContent = session.name
  byId("account").hidden = false
  if (shownUser !== session.user) leave()
  shownUser = session.user
  composer.begin(session.user)
  gallery.begin()
  watch.begin()
  route()
})

session.addEventListener("expired", () => {
  watch.stop()
  gallery.end()
  signIn.open()
})

function signOut() {
  leave()
  byId("account").hidden = true
  signIn.open()
  session.end()
}

byId("sign-out").addEventListener("click", signOut)

// Another tab of this browser signed out.
window.addEventListener("storage", event => {
  if (event.key === REFRESH_TOKEN && event.newValue === null) signOut()
})

function leave() {
  watch.stop()
  gallery.end()
  byId("question").close()
  viewer.close()
  selection.clear()
  finder.clear()
  byId("told").textContent = ""
  if (shownUser !== null) composer.clear()
  tasks.clear()
  shownUser = null
}

// Make

composer.addEventListener("files", () => viewer.close())

composer.addEventListener("submitted", event => {
  tasks.put([event.detail], { newest: true })
  byId("told").textContent = "Your picture is on its way."
})

gallery.addEventListener("again", event => again(event.detail))
viewer.addEventListener("again", event => again(event.detail))
viewer.addEventListener("edit", event => {
  viewer.close()
  composer.edit(event.detail)
})

/** A failed task is sent again at once. The request of another one can be changed first. */
function again(task) {
  viewer.close()
  if (task.status === "failed") composer.retry(task)
  else composer.fill(task.input)
}

tasks.addEventListener("changed", ({ detail: task }) => {
  if (!isOpen(task)) byId("told").textContent = `${standing(task)}: ${short(task.input?.prompt)}`
})

// Look

finder.addEventListener("find", event => gallery.filter(event.detail))
gallery.addEventListener("choose", event => selection.set(event.detail.task.task_id, event.detail.chosen))
selection.addEventListener("changed", event => gallery.mark(event.detail))
viewer.addEventListener("delete", async event => {
  const next = neighbour(1) ?? neighbour(-1)
  if (!(await selection.delete([event.detail.task_id]).catch(complain))) return
  // The viewer may show another one by now.
  if (viewer.task !== event.detail) return
  if (next) goTo(next)
  else viewer.close()
})
viewer.addEventListener("step", event => {
  const next = neighbour(event.detail)
  if (next) goTo(next)
})
viewer.addEventListener("close", event => {
  if (taskInAddress()) {
    if (cameFromGallery) history.back()
    else history.replaceState(null, "", location.pathname)
  }
  if (event.detail && !document.activeElement.closest(".composer, .find")) gallery.focus(event.detail.task_id)
})

const neighbour = by => {
  const shown = gallery.shown
  return shown[shown.indexOf(viewer.task) + by]
}

/** Replaces the address, so that one step back leads to the gallery. */
function goTo(task) {
  history.replaceState(null, "", `#/task/${task.task_id}`)
  viewer.show(task)
}

const taskInAddress = (address = location.href) => /#\/task\/(task-[\w-]+)$/u.exec(address)?.[1]

async function route() {
  const id = taskInAddress()
  if (!id) return viewer.close()
  try {
    const task = tasks.get(id) ?? (await tasks.look(id))
    if (taskInAddress() !== id) return
    if (task) return viewer.show(task)
    say("This picture does not exist. It may be deleted.", { problem: true })
    viewer.close()
    history.replaceState(null, "", location.pathname)
  } catch (error) {
    complain(error)
  }
}

window.addEventListener("hashchange", event => {
  cameFromGallery = taskInAddress(event.oldURL) === undefined
  if (shownUser !== null) route()
})

/** Shows what was made on another device meanwhile. */
function comeBack() {
  if (document.hidden || !session.isIn) return
  tasks.refresh().catch(() => {})
  watch.begin()
}

document.addEventListener("visibilitychange", comeBack)
window.addEventListener("online", comeBack)

// A step back to the gallery must not scroll away from the form.
history.scrollRestoration = "manual"

try {
  if (!(await session.resume())) signIn.open()
} catch (error) {
  signIn.open()
  complain(error)
}
