// Host names of the tests, led to the ingress controller as a line in /etc/hosts would lead them: so URLs, Host, Origin and
// cookies are what a browser has.
import dns from "node:dns";

const usualLookup = dns.lookup;

export function leadNamesTo(address, isOurs = (name) => name.endsWith(".local")) {
  dns.lookup = (name, options, callback) => {
    const [given, reply] = typeof options === "function" ? [{}, options] : [options, callback];
    if (!isOurs(name)) {
      return usualLookup(name, given, reply);
    }
    if (given.all) {
      return process.nextTick(reply, null, [{ address, family: 4 }]);
    }
    return process.nextTick(reply, null, address, 4);
  };
}
