// On plain http a browser offers no crypto.randomUUID, and forms that make identifiers would not load.
if (typeof crypto.randomUUID !== 'function') {
  const randomUUID = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return [0, 8, 12, 16, 20].map((from, at, all) => digits.slice(from, all[at + 1])).join('-');
  };
  Object.defineProperty(crypto, 'randomUUID', { value: randomUUID, configurable: true });
}
