-- fail
-- zh: 每个文件的入库、拒收与重复行数之和必须等于读入行数
-- en: accepted, rejected and duplicate rows of every file add up to the rows read
SELECT file_id, name, read_rows, accepted_rows, rejected_rows, duplicate_rows
FROM file WHERE accepted_rows + rejected_rows + duplicate_rows <> read_rows
