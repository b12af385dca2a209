/** @file Which room of src/ may import which, and through which door; test/house/rooms.test.ts enforces it. */

/** What each room may import besides itself. A room's door is its index.ts. */
const rooms = {
  core: [],
  files: ["core"],
  statistics: ["core"],
  "engine/onnx": ["core"],
  "engine/autodiff": ["core", "engine/onnx"],
  "engine/lowering": ["core", "engine/onnx"],
  "engine/nn": ["core", "engine/onnx"],
  "engine/runtime": ["core", "engine/onnx"],
  "engine/training": ["core", "engine"],
  download: ["core", "files"],
  data: ["core", "files", "statistics", "download"],
  models: ["core", "files", "engine", "download"],
  transfer: ["core", "statistics", "engine", "data", "models"],
  study: ["core", "files", "statistics", "engine", "data", "models", "transfer"],
  dispatch: ["core", "files", "study"],
  report: ["core", "statistics"],
  cli: [
    "core",
    "files",
    "statistics",
    "engine",
    "download",
    "data",
    "models",
    "transfer",
    "study",
    "dispatch",
    "report",
  ],
};

/** Rooms of which a room may import types, and nothing that exists at run time. */
const typesOnly = { report: ["study"] };

/** Rooms in floors: a floor imports those before it, and none after it. Files beside the floors are above them all. */
const floors = {
  "report/figures": ["svg", "kit", "evidence", "answers", "inside"],
  cli: ["terminal", "options", "device", "study", "commands"],
  study: [
    "file",
    "records",
    "export",
    "material",
    "recipes",
    "run",
    "context",
    "tuning",
    "analysis",
    "conduct",
    "questions",
  ],
};

/** Rooms that run wherever JavaScript does: no module of Node's, and (oxlint's part) neither Buffer nor process. */
const neutral = [
  "core",
  "statistics",
  "engine/onnx",
  "engine/autodiff",
  "engine/lowering",
  "engine/nn",
  "engine/runtime",
  "engine/training",
  "data",
  "models",
  "transfer",
];

/** What of them does need Node, apart from the rest; the doors `node` open the whole room. */
const nodeHalves = "^src/(.+/node|data/(official|image-folder|shards|parquet|webdataset))/";

/** What the rest may use of npm. */
const packagesForAll = ["@noble/hashes/", "fflate/", "leven/", "ml-matrix/", "onnxruntime-", "protobufjs/"];

const names = Object.keys(rooms);
const isTest = "\\.test\\.ts$";
const inRoom = (name) => `^src/${name}/`;
const anyOf = (list) => `^src/(${list.join("|")})/`;

const directions = names.flatMap((name) => {
  const types = typesOnly[name] ?? [];
  const allowed = [name, ...rooms[name]];
  const from = { path: inRoom(name), pathNot: isTest };
  return [
    {
      name: `${name}-imports-only-its-rooms`,
      comment: `${name} may import ${rooms[name].join(", ") || "nothing of ours"}.`,
      severity: "error",
      from,
      to: { path: "^(src|bench|test|scripts|bin)/", pathNot: anyOf([...allowed, ...types]) },
    },
    ...types.map((other) => ({
      name: `${name}-imports-only-types-of-${other}`,
      severity: "error",
      from,
      to: { path: inRoom(other), dependencyTypesNot: ["type-only"] },
    })),
  ];
});

const climbs = Object.entries(floors).flatMap(([room, ascending]) =>
  ascending.map((floor, index) => ({
    name: `${room}/${floor}-does-not-climb`,
    comment: `${room}/${floor} may import ${ascending.slice(0, index).join(", ") || "no other floor"} of ${room}.`,
    severity: "error",
    from: { path: inRoom(`${room}/${floor}`), pathNot: isTest },
    to: { path: inRoom(room), pathNot: anyOf(ascending.slice(0, index + 1).map((below) => `${room}/${below}`)) },
  })),
);

const anywhere = { path: anyOf(neutral), pathNot: [isTest, "\\.fixture\\.ts$", nodeHalves] };

const doors = names.map((name) => ({
  name: `${name}-has-one-door`,
  comment: `From outside, import src/${name}/index.ts or, where there is one, src/${name}/node/index.ts.`,
  severity: "error",
  from: { path: "^(src|test|bench)/", pathNot: inRoom(name) },
  to: { path: inRoom(name), pathNot: `^src/${name}/(node/)?index\\.ts$` },
}));

module.exports = {
  forbidden: [
    ...directions,
    ...climbs,
    {
      name: "neutral-rooms-need-no-node",
      comment: `${neutral.join(", ")} run in a browser too.`,
      severity: "error",
      from: anywhere,
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "neutral-rooms-need-nothing-that-needs-node",
      severity: "error",
      from: anywhere,
      to: { path: [`^src/(?!(${neutral.join("|")})/)`, nodeHalves] },
    },
    {
      name: "neutral-rooms-need-packages-that-run-anywhere",
      severity: "error",
      from: anywhere,
      to: { path: "(^|/)node_modules/", pathNot: `(^|/)node_modules/(${packagesForAll.join("|")})` },
    },
    ...doors,
    {
      name: "only-rooms",
      comment: "Every file belongs to a room, except the package's own door.",
      severity: "error",
      from: {},
      to: { path: "^src/", pathNot: [anyOf(names), "^src/(engine/)?index\\.ts$"] },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "one-importer-of-onnxruntime",
      comment: "Everything else knows sessions of engine/runtime.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/engine/runtime/onnxruntime\\.ts$" },
      to: { path: "(^|/)node_modules/onnxruntime-" },
    },
    {
      name: "everything-resolves",
      comment: "An import that is not found would escape every other rule.",
      severity: "error",
      from: { path: "^src/" },
      to: { couldNotResolve: true, path: ["^\\.", "^#", "^onnxruntime-"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: [".ts", ".mjs", ".js", ".json"],
      conditionNames: ["import", "node", "default"],
    },
  },
};
