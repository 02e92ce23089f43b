# Builds the boot files of a machine, or the files of one of its domains, from a domforge manifest.
#
#   inherit domforge
#   DOMFORGE_MANIFEST = "system.yaml"
#
# The manifest, its lock file and the files that it extends are beside the recipe, as any file:// in SRC_URI. Other files that the manifest names are
# looked for beside it, then in DOMFORGE_ROOTS.

DOMFORGE ?= "domforge"
DOMFORGE_MANIFEST ?= "system.yaml"

# No compile cache: files in the sysroot must not change.
export NODE_DISABLE_COMPILE_CACHE = "1"

# Set it to "" for a system that needs no lock file, that is one without domains that Xen starts by itself.
DOMFORGE_LOCK ?= "${@os.path.splitext(d.getVar('DOMFORGE_MANIFEST'))[0] + '.lock.yaml'}"

# What makes the files that the manifest names: a recipe, for its do_deploy; a recipe with a task, such as guest-image:do_image_complete, since image
# recipes have no do_deploy; or a task of another multiconfig, such as mc::guest:guest-image:do_image_complete. An image with a declared size may be
# left out and built later, even by a recipe that needs these boot files.
DOMFORGE_IMAGES ?= ""

# Where these files are, besides the manifest's folder; for those of another multiconfig add its DEPLOY_DIR_IMAGE.
DOMFORGE_ROOTS ?= "${DEPLOY_DIR_IMAGE}"

# A folder below DEPLOY_DIR_IMAGE: BitBake refuses two recipes of one machine that deploy the same files.
DOMFORGE_DEPLOY_SUBDIR ?= ""

# Empty: deploys the boot files. The name of a domain: packages what belongs into that domain's root file system.
DOMFORGE_DOMAIN ?= ""

# systemd, sysvinit or openrc
DOMFORGE_INIT ?= "${@(d.getVar('INIT_MANAGER') or 'systemd') if d.getVar('INIT_MANAGER') in ('sysvinit', 'openrc') else 'systemd'}"

LICENSE ?= "CLOSED"
DEPENDS += "domforge-native nodejs-native"
SRC_URI += "${@domforge_sources(d)}"
# The folder with manifest and lock file; with externalsrc, as devtool modify sets it, the edited one.
DOMFORGE_FOLDER = "${@d.getVar('EXTERNALSRC') or os.path.normpath(os.path.join(domforge_unpacked(d), domforge_below(d)))}"
# Where other files of SRC_URI are, if that is not the manifest's folder.
DOMFORGE_BESIDE = "${@domforge_unpacked(d) if domforge_below(d) else ''}"
S = "${DOMFORGE_FOLDER}"
B = "${WORKDIR}/domforge"

inherit deploy

INHIBIT_DEFAULT_DEPS = "1"
PACKAGE_ARCH = "${MACHINE_ARCH}"
PACKAGES = "${PN}"
FILES:${PN} = "/"
ALLOW_EMPTY:${PN} = "1"
# Images of guests are not programs of this domain.
INSANE_SKIP:${PN} += "arch already-stripped ldflags file-rdeps"
INHIBIT_PACKAGE_STRIP = "1"
INHIBIT_SYSROOT_STRIP = "1"

def domforge_bases(text):
    """Names of the files that a manifest extends: a scalar, a flow sequence or a block sequence."""
    import re
    quoted = r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\n]|\'\')*\''
    text = re.sub(rf'({quoted})|(?:^|(?<=\s))#.*', r'\1', text.replace('\r\n', '\n'), flags=re.M)
    key = re.search(r'^(["\']?)extends\1[ \t]*:', text, re.M)
    rest = text[key.end():] if key else ''
    brackets = re.match(rf'\s*\[((?:{quoted}|[^\]])*)', rest)
    if brackets:
        words = re.findall(rf'{quoted}|[^\s,][^,\n]*', brackets[1])
    else:
        # The rest of the key's line, and the lines after it that are indented, items or empty.
        lines = re.match(r'.*(?:\n(?:[ \t].*|-(?!-).*)?)*', rest)[0].split('\n')
        words = [re.sub(r'^-\s+', '', line.strip()) for line in lines]
    return [domforge_unquoted(word.strip()) for word in words if word.strip()]

def domforge_unquoted(word):
    """The text of a YAML scalar."""
    import json
    if word.startswith("'"):
        return word[1:-1].replace("''", "'")
    return json.loads(word) if word.startswith('"') else word

def domforge_files(d):
    """Names of the manifest, of the files that it extends, and of its lock file, from the manifest's place in FILESPATH."""
    import os
    path, edited = d.getVar('FILESPATH'), d.getVar('EXTERNALSRC')
    wanted, found = [d.getVar('DOMFORGE_MANIFEST')], []
    while wanted:
        name = os.path.normpath(wanted.pop(0))
        if name in found:
            continue
        found.append(name)
        file = bb.utils.which(f'{edited}:{path}' if edited else path, name)
        if not file:
            continue
        bb.parse.mark_dependency(d, file)
        with open(file, encoding='utf-8-sig', errors='replace') as source:
            bases = domforge_bases(source.read())
        wanted += [os.path.join(os.path.dirname(name), base) for base in bases]
    lock = d.getVar('DOMFORGE_LOCK')
    return found + [lock] if lock else found

def domforge_unpacked(d):
    """The folder that BitBake unpacks into: in older releases WORKDIR."""
    return d.getVar('UNPACKDIR') or d.getVar('WORKDIR')

def domforge_below(d):
    """The manifest's folder below the one that BitBake unpacks into: so deep that no base above the manifest is unpacked outside; '' if none is above."""
    above = max(name.split('/').count('..') for name in domforge_files(d))
    # The first folder is what devtool modify moves to its workspace: all bases are below it.
    return '/'.join(['manifest'] + ['below'] * above) if above else ''

def domforge_sources(d):
    """The manifest, the files that it extends, and its lock file, as entries of SRC_URI."""
    import os, urllib.parse
    path, edited, below = d.getVar('FILESPATH'), d.getVar('EXTERNALSRC'), domforge_below(d)
    # Files that are only in the edited folder are not fetched.
    fetched = [name for name in domforge_files(d) if not edited or bb.utils.which(path, name) or not os.path.exists(os.path.join(edited, name))]
    return ' '.join('file://' + urllib.parse.quote(name) + (f';subdir={below}' if below else '') for name in fetched)

# A missing lock file must not affect other recipes: a missing file in SRC_URI would end the parsing of all of them.
python () {
    lock = d.getVar('DOMFORGE_LOCK')
    path = ':'.join(filter(None, [d.getVar('EXTERNALSRC'), d.getVar('FILESPATH')]))
    manifest = bb.utils.which(path, d.getVar('DOMFORGE_MANIFEST'))
    if lock and manifest and not bb.utils.which(path, lock):
        bb.parse.mark_dependency(d, os.path.join(os.path.dirname(manifest), lock))
        raise bb.parse.SkipRecipe(f'{lock} is not beside {manifest}: make it with domforge build, and commit it')
}

do_configure[noexec] = "1"

def domforge_tasks(images, of_others):
    """The tasks of this multiconfig, or of others, that DOMFORGE_IMAGES names, as values of depends or mcdepends."""
    own = [name if ':' in name else name + ':do_deploy' for name in images if not name.startswith('mc:')]
    return ' '.join(name for name in images if name.startswith('mc:')) if of_others else ' '.join(own)

do_compile[depends] += "${@domforge_tasks((d.getVar('DOMFORGE_IMAGES') or '').split(), False)}"
do_compile[mcdepends] += "${@domforge_tasks((d.getVar('DOMFORGE_IMAGES') or '').split(), True)}"
do_compile[cleandirs] = "${B}"
do_compile() {
    set -- "${DOMFORGE_FOLDER}/${DOMFORGE_MANIFEST}" -o "${B}/out" --depfile "${B}/domforge.d" --frozen -q
    for root in ${DOMFORGE_BESIDE} ${DOMFORGE_ROOTS}; do
        set -- "$@" --root "$root"
    done
    if [ -n "${DOMFORGE_LOCK}" ]; then
        set -- "$@" --lock "${DOMFORGE_FOLDER}/${DOMFORGE_LOCK}"
    fi
    ${DOMFORGE} build "$@"
}

do_install() {
    if [ -n "${DOMFORGE_DOMAIN}" ]; then
        set -- "${B}/out" --domain "${DOMFORGE_DOMAIN}" --into "${D}" --init "${DOMFORGE_INIT}" --root "${DOMFORGE_FOLDER}"
        for root in ${DOMFORGE_BESIDE} ${DOMFORGE_ROOTS}; do
            set -- "$@" --root "$root"
        done
        ${DOMFORGE} install "$@"
    fi
}

do_deploy() {
    if [ -z "${DOMFORGE_DOMAIN}" ]; then
        install -d "${DEPLOYDIR}/${DOMFORGE_DEPLOY_SUBDIR}"
        cp -R "${B}/out/." "${DEPLOYDIR}/${DOMFORGE_DEPLOY_SUBDIR}"
    fi
}
addtask deploy after do_compile before do_build
