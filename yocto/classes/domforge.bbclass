# Boot files of a machine, or what one of its domains is given, from a manifest of domforge.
#
#   inherit domforge
#   DOMFORGE_MANIFEST = "system.yaml"
#
# The manifest, its lock file and the files that it extends lie beside the recipe, as for any file:// in SRC_URI. What the manifest names besides is
# looked for beside it, then in DOMFORGE_ROOTS.

DOMFORGE ?= "domforge"
DOMFORGE_MANIFEST ?= "system.yaml"

# What BitBake put into the sysroot stays as it is.
export NODE_DISABLE_COMPILE_CACHE = "1"

# Set it to "" for a system that needs no lock file: without domains that Xen starts by itself.
DOMFORGE_LOCK ?= "${@os.path.splitext(d.getVar('DOMFORGE_MANIFEST'))[0] + '.lock.yaml'}"

# What makes the files that the manifest names: a recipe, if its do_deploy does; a recipe with its task, such as guest-image:do_image_complete, since
# recipes of images have no do_deploy; the task of another multiconfig, such as mc::guest:guest-image:do_image_complete. An image with a declared
# size may be left out, and appear later: so a recipe that needs these boot files can make it.
DOMFORGE_IMAGES ?= ""

# Where they are, beside the manifest's folder; for those of another multiconfig add its DEPLOY_DIR_IMAGE.
DOMFORGE_ROOTS ?= "${DEPLOY_DIR_IMAGE}"

# A folder below DEPLOY_DIR_IMAGE: two recipes of one machine that deploy into the same are refused by BitBake.
DOMFORGE_DEPLOY_SUBDIR ?= ""

# Empty: the boot files are deployed. A domain: the package is what belongs into that domain's root file system.
DOMFORGE_DOMAIN ?= ""

# systemd, sysvinit or openrc
DOMFORGE_INIT ?= "${@(d.getVar('INIT_MANAGER') or 'systemd') if d.getVar('INIT_MANAGER') in ('sysvinit', 'openrc') else 'systemd'}"

LICENSE ?= "CLOSED"
DEPENDS += "domforge-native nodejs-native"
SRC_URI += "${@domforge_sources(d)}"
# Where manifest and lock file are: with externalsrc, as devtool modify sets it, what is edited there.
DOMFORGE_FOLDER = "${@d.getVar('EXTERNALSRC') or d.getVar('UNPACKDIR') or d.getVar('WORKDIR')}"
S = "${DOMFORGE_FOLDER}"
B = "${WORKDIR}/domforge"

inherit deploy

INHIBIT_DEFAULT_DEPS = "1"
PACKAGE_ARCH = "${MACHINE_ARCH}"
PACKAGES = "${PN}"
FILES:${PN} = "/"
ALLOW_EMPTY:${PN} = "1"
# Images of other domains are no programs of this one.
INSANE_SKIP:${PN} += "arch already-stripped ldflags file-rdeps"
INHIBIT_PACKAGE_STRIP = "1"
INHIBIT_SYSROOT_STRIP = "1"

def domforge_bases(text):
    """Names of the files that a manifest extends: one, a list in brackets, or a list in lines."""
    import re
    quoted = r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\n]|\'\')*\''
    text = re.sub(rf'({quoted})|(?:^|(?<=\s))#.*', r'\1', text.replace('\r\n', '\n'), flags=re.M)
    key = re.search(r'^(["\']?)extends\1[ \t]*:', text, re.M)
    rest = text[key.end():] if key else ''
    brackets = re.match(rf'\s*\[((?:{quoted}|[^\]])*)', rest)
    if brackets:
        words = re.findall(rf'{quoted}|[^\s,][^,\n]*', brackets[1])
    else:
        # Its own line, and those that are indented, items or empty.
        lines = re.match(r'.*(?:\n(?:[ \t].*|-(?!-).*)?)*', rest)[0].split('\n')
        words = [re.sub(r'^-\s+', '', line.strip()) for line in lines]
    return [domforge_unquoted(word.strip()) for word in words if word.strip()]

def domforge_unquoted(word):
    """A scalar of YAML as text."""
    import json
    if word.startswith("'"):
        return word[1:-1].replace("''", "'")
    return json.loads(word) if word.startswith('"') else word

def domforge_sources(d):
    """The manifest, the files that it extends, and its lock file; as SRC_URI wants them."""
    import os, urllib.parse
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
    if lock:
        found.append(lock)
    # What is in the edited folder alone is not fetched.
    fetched = [name for name in found if not edited or bb.utils.which(path, name) or not os.path.exists(os.path.join(edited, name))]
    return ' '.join('file://' + urllib.parse.quote(name) for name in fetched)

# Without the lock file this recipe alone cannot be built: a file of SRC_URI that is missing would end the parsing of all.
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
    """Tasks of this multiconfig, or of others, that DOMFORGE_IMAGES names; as the flags of a task want them."""
    own = [name if ':' in name else name + ':do_deploy' for name in images if not name.startswith('mc:')]
    return ' '.join(name for name in images if name.startswith('mc:')) if of_others else ' '.join(own)

do_compile[depends] += "${@domforge_tasks((d.getVar('DOMFORGE_IMAGES') or '').split(), False)}"
do_compile[mcdepends] += "${@domforge_tasks((d.getVar('DOMFORGE_IMAGES') or '').split(), True)}"
do_compile[cleandirs] = "${B}"
do_compile() {
    set -- "${DOMFORGE_FOLDER}/${DOMFORGE_MANIFEST}" -o "${B}/out" --depfile "${B}/domforge.d" --frozen -q
    for root in ${DOMFORGE_ROOTS}; do
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
        for root in ${DOMFORGE_ROOTS}; do
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
