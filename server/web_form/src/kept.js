// What this device keeps: half-filled sheets, and finished ones until the server has them. Files stay as they are.
const NAME = 'fiche';
const STORES = ['drafts', 'outbox'];

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

let opened = null;

const database = () => {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const store of STORES) request.result.createObjectStore(store, { keyPath: 'id' });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
};

const inStore = async (store, mode, work) => {
  const transaction = (await database()).transaction(store, mode, { durability: 'strict' });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
  const result = await settled(work(transaction.objectStore(store)));
  await done; // on the disk, not only asked for
  return result;
};

export const put = (store, value) => inStore(store, 'readwrite', (each) => each.put(value));
export const find = (store, id) => inStore(store, 'readonly', (each) => each.get(id));
export const remove = (store, id) => inStore(store, 'readwrite', (each) => each.delete(id));
export const every = (store) => inStore(store, 'readonly', (each) => each.getAll());

/** The parts of a sheet in an order that can be kept, and back. */
export const partsOf = (data) => Array.from(data.entries(), ([name, file]) => ({ name, file }));

export const dataOf = (parts) => {
  const data = new FormData();
  for (const { name, file } of parts) data.append(name, file, file.name);
  return data;
};
