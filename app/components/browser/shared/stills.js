// Two parts of a page talk about pictures of hearts: one wants those of some subjects, the other
// offers all that it has, subject -> { rows, columns, grey }, whenever asked and when more arrive.

export const STILLS_WANTED = "ptacl-stills-wanted";
export const STILLS_OFFERED = "ptacl-stills-offered";
