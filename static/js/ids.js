// The id of an entry that is made on this device: it tells when (UUIDv7, RFC 9562 5.7), as those do
// that the server makes.
export function datedId(milliseconds) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const time = milliseconds.toString(16).padStart(12, "0");
  for (let place = 0; place < 6; place += 1) bytes[place] = parseInt(time.slice(2 * place, 2 * place + 2), 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
