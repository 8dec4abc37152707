// What Lambda's Node runtime does, and no more: asks for an event, hands it to the function, posts its answer. Lambda's own
// does more besides, so this one flatters Node.
const http = require("node:http");
const { handler } = require(process.argv[2]);
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ agent, host, port, method, path: `/2018-06-01/runtime/invocation/${path}` }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => resolve({ headers: answer.headers, body: Buffer.concat(parts).toString() }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

(async () => {
  for (;;) {
    const event = await call("GET", "next");
    const id = event.headers["lambda-runtime-aws-request-id"];
    try {
      await call("POST", `${id}/response`, JSON.stringify(await handler(JSON.parse(event.body))));
    } catch (failure) {
      await call("POST", `${id}/error`, JSON.stringify({ errorType: failure.name, errorMessage: failure.message }));
    }
  }
})();
