"""The second opinion: what the rules of packs/hengyang-2022 come to, computed without the program."""
