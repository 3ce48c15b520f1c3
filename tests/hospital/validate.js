// Reads a list of resources, writes for each what npm fhir says of it and which invariants of R4 do not hold.
const {Fhir} = require("fhir");
const fhirpath = require("fhirpath");
const model = require("fhirpath/fhir-context/r4");

const INVARIANTS = {
  Appointment: {
    "app-1": "participant.all(type.exists() or actor.exists())",
    "app-2": "start.exists() = end.exists()",
    "app-3": "(start.exists() and end.exists()) or (status in ('proposed' | 'cancelled' | 'waitlist'))",
    "app-4": "cancelationReason.exists() implies (status = 'noshow' or status = 'cancelled')",
  },
  OperationOutcome: {"issue": "issue.exists()"},
  Bundle: {
    "bdl-1": "total.empty() or (type = 'searchset') or (type = 'history')",
    "bdl-2": "entry.search.empty() or (type = 'searchset')",
    "bdl-7": "entry.where(fullUrl.exists()).select(fullUrl & resource.meta.versionId).isDistinct()",
  },
  CapabilityStatement: {
    "cpb-1": "rest.exists() or messaging.exists() or document.exists()",
    "cpb-15": "kind != 'instance' or (implementation.exists() and software.exists())",
  },
};
const fhir = new Fhir();
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(given.map((one) => {
  const found = fhir.validate(one).messages.filter((said) => said.severity === "error" || said.severity === "fatal");
  const broken = Object.entries(INVARIANTS[one.resourceType] || {})
    .filter(([, rule]) => fhirpath.evaluate(one, rule, null, model)[0] !== true)
    .map(([name]) => name);
  return [...found.map((said) => `${said.location}: ${said.message}`), ...broken];
})));
