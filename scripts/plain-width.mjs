/** Stands in for string-width in the help, whose texts have neither colours nor wide characters. Unicode's tables would take longer than all the rest of a run. */
export default (text) => text.length
