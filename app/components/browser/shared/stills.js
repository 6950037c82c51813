// Two parts of a page talk about pictures of hearts: one wants those of some subjects, the other
// offers all that it has, subject -> { rows, columns, grey }, whenever asked and when more arrive.

const STILLS_WANTED = "ptacl-stills-wanted";
const STILLS_OFFERED = "ptacl-stills-offered";
